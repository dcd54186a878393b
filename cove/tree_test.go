package cove

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestTree(t *testing.T) {
	tree := NewTree([]Partner{
		{ID: 1, Name: "MSP", Level: LevelReseller, ParentID: 99},
		{ID: 4, Name: "West", Level: LevelSite, ParentID: 2},
		{ID: 2, Name: "Birch", Level: LevelEndCustomer, ParentID: 1},
		{ID: 3, Name: "Cedar", Level: LevelEndCustomer, ParentID: 1},
		{ID: 5, Name: "round", ParentID: 6},
		{ID: 6, Name: "and round", ParentID: 5},
		{ID: 7, Name: "itself", ParentID: 7},
		{ID: 3, Name: "Cedar Law", Level: LevelEndCustomer, ParentID: 1},
	})
	names := func(partners []Partner) []string {
		var list []string
		for _, p := range partners {
			list = append(list, p.Name)
		}
		return list
	}
	for id, want := range map[int64][]string{
		4: {"West", "Birch", "MSP"}, 3: {"Cedar Law", "MSP"}, 1: {"MSP"}, 5: {"round", "and round"}, 7: {"itself"}, 99: nil,
	} {
		if diff := cmp.Diff(want, names(tree.Path(id))); diff != "" {
			t.Errorf("path of %d (-want +got):\n%s", id, diff)
		}
	}
	for id, want := range map[int64]int64{4: 2, 2: 2, 3: 3, 1: 0, 99: 0, 5: 0} {
		if p, ok := tree.EndCustomer(id); p.ID != want || ok != (want != 0) {
			t.Errorf("end customer of %d: %d %v", id, p.ID, ok)
		}
	}
	if p, ok := tree.Site(4); p.ID != 4 || !ok {
		t.Errorf("site of 4: %v %v", p, ok)
	}
	if _, ok := tree.Site(2); ok {
		t.Error("an end customer is not a site")
	}
	if diff := cmp.Diff([]string{"Birch", "Cedar Law"}, names(tree.Children(1))); diff != "" {
		t.Errorf("children (-want +got):\n%s", diff)
	}
	if got := tree.Children(7); got != nil {
		t.Errorf("children of a partner that is its own parent: %v", got)
	}
}
