package reconcile_test

import (
	"testing"

	"github.com/covedesk/covedesk/reconcile"
	"github.com/covedesk/covedesk/reconcile/mark"
	"github.com/google/go-cmp/cmp"
)

// Every ticket whose marker is damaged is held by itself, also where nothing of
// the marker can be read; one that still names another owner is not ours.
func TestDamagedMarkersAreHeldEach(t *testing.T) {
	damaged := func(id int64, m mark.Mark) reconcile.Ticket {
		return reconcile.Ticket{ID: id, Open: true, ByUs: true, Damaged: true, Mark: m}
	}
	legible := issue("1").Key.ID()
	board := boardOf(
		damaged(1, mark.Mark{}),
		damaged(2, mark.Mark{}),
		damaged(3, mark.Mark{Owner: "another"}),
		damaged(4, mark.Mark{Owner: owner, Key: legible}),
		damaged(5, mark.Mark{Owner: owner, Key: "half"}),
		damaged(6, mark.Mark{Key: "other half"}),
	)
	type held struct {
		Kind   reconcile.ActionKind
		Code   reconcile.ReasonCode
		KeyID  mark.KeyID
		Ticket int64
	}
	var got []held
	for _, a := range (scene{observe(issue("1")), board, reconcile.DefaultPolicy()}).plan(t).Actions {
		got = append(got, held{a.Kind, a.Code, a.KeyID, a.Ticket})
	}
	want := []held{
		{reconcile.Hold, reconcile.CodeDamaged, legible, 4},
		{reconcile.Hold, reconcile.CodeDamaged, "", 1},
		{reconcile.Hold, reconcile.CodeDamaged, "", 2},
		{reconcile.Hold, reconcile.CodeDamaged, "half", 5},
		{reconcile.Hold, reconcile.CodeDamaged, "other half", 6},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("actions (-want +got):\n%s", diff)
	}
}
