package main

import (
	"encoding/csv"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/covedesk/covedesk/cove"
	"github.com/covedesk/covedesk/cove/covetest"
	"github.com/covedesk/covedesk/examples/internal/program"
	"github.com/covedesk/covedesk/examples/programtest"
	"github.com/covedesk/covedesk/internal/world"
)

// newcomer adds a customer that no company is called like.
func newcomer(t *testing.T) (programtest.Place, *world.World, int64) {
	t.Helper()
	place, w := programtest.Somewhere(t)
	var parent int64
	for _, p := range w.Cove.Partners() {
		if p.Level == "EndCustomer" {
			parent = p.ParentID
		}
	}
	id := w.Cove.AddPartner(covetest.Partner{ParentID: parent, Level: "EndCustomer", Name: "Quillwort Brewing (it@quillwort.example)"})
	return place, w, id
}

// newcomers counts the companies that are called like the newcomer.
func newcomers(w *world.World) (n int) {
	for _, c := range w.ConnectWise.Companies() {
		if c.Name == "Quillwort Brewing" {
			n++
		}
	}
	return n
}

func TestComparison(t *testing.T) {
	t.Parallel()
	place, w, _ := newcomer(t)
	code, stdout, stderr := place.Run(run, "-csv", place.Folder)
	if code != program.Fine || programtest.Wrote(w) != 0 {
		t.Fatalf("exit %d, %s, %d writes", code, stderr, programtest.Wrote(w))
	}
	for _, want := range []string{"CUSTOMER", "Quillwort Brewing", "no company is named like", "customers: ", "%)", "devices with issues"} {
		if !strings.Contains(stdout, want) {
			t.Errorf("%q is missing from\n%s", want, stdout)
		}
	}
	lists, _ := filepath.Glob(filepath.Join(place.Folder, "*_Customers_covedesk.csv"))
	if len(lists) != 1 {
		t.Fatalf("lists %v", lists)
	}
	// Completed by hand, the list is a mapping.
	data, err := os.ReadFile(lists[0])
	if err != nil {
		t.Fatal(err)
	}
	lines, err := csv.NewReader(strings.NewReader(string(data))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var known string
	for _, line := range lines[1:] {
		if line[5] != "" {
			known = line[5]
		}
	}
	for _, line := range lines {
		if strings.HasPrefix(line[0], "Quillwort") {
			line[5] = known
		}
	}
	file, err := os.Create(lists[0])
	if err != nil {
		t.Fatal(err)
	}
	if err := csv.NewWriter(file).WriteAll(lines); err != nil {
		t.Fatal(err)
	}
	_ = file.Close()
	code, stdout, stderr = place.Run(run, "-mapping", lists[0])
	if code != program.Fine || strings.Contains(stdout, "no company is named like \"Quillwort") {
		t.Errorf("exit %d, %s\n%s", code, stderr, stdout)
	}
}

func TestCreate(t *testing.T) {
	t.Parallel()
	place, w, id := newcomer(t)
	create := []string{"-create", "Quillwort Brewing", "-write-references", "-type", "Client"}
	code, stdout, _ := place.Run(run, append(create, "-dry-run")...)
	if code != program.Fine || !strings.Contains(stdout, "create company") || programtest.Wrote(w) != 0 {
		t.Errorf("-dry-run: exit %d, %d writes\n%s", code, programtest.Wrote(w), stdout)
	}
	code, _, stderr := place.Run(run, create...)
	if code != program.Wrong || !strings.Contains(stderr, "-yes") || programtest.Wrote(w) != 0 {
		t.Errorf("without -yes: exit %d, %d writes, %s", code, programtest.Wrote(w), stderr)
	}
	code, stdout, stderr = place.Run(run, append(create, "-yes")...)
	if code != program.Fine || newcomers(w) != 1 {
		t.Fatalf("exit %d, %d companies, %s\n%s", code, newcomers(w), stderr, stdout)
	}
	partner, _ := w.Cove.Partner(id)
	if reference, ok := cove.ParseReference(partner.ExternalCode); !ok || reference.CompanyID == 0 {
		t.Errorf("its reference is %q", partner.ExternalCode)
	}
	code, _, stderr = place.Run(run, append(create, "-yes")...)
	if code != program.Wrong || newcomers(w) != 1 {
		t.Errorf("again: exit %d, %d companies, %s", code, newcomers(w), stderr)
	}
	// All others that are missing.
	if code, stdout, stderr := place.Run(run, "-create-missing", "-yes", "-type", "Client"); code != program.Fine {
		t.Errorf("-create-missing: exit %d, %s\n%s", code, stderr, stdout)
	}
	if code, stdout, _ := place.Run(run, "-create-missing", "-yes", "-type", "Client"); code != program.Fine || strings.Contains(stdout, "create company") {
		t.Errorf("again: exit %d\n%s", code, stdout)
	}
}

// On a terminal the missing ones can be chosen, and giving up makes none.
func TestChoose(t *testing.T) {
	t.Parallel()
	place, w, _ := newcomer(t)
	asked := "Make companies for which"
	choose := func(agreed string) []programtest.Answer {
		return []programtest.Answer{
			{Shown: asked, Typed: "j"}, {Shown: "> • Quillwort", Typed: "x"}, {Shown: "✓ Quillwort", Typed: programtest.Enter}, {Shown: "Write these 1?", Typed: agreed},
		}
	}
	for _, test := range []struct {
		name    string
		answers []programtest.Answer
		made    int
		code    program.Exit
	}{
		{"interrupted", []programtest.Answer{{Shown: asked, Typed: programtest.Interrupt}}, 0, program.Failed},
		{"not agreed", choose("n"), 0, program.Failed},
		{"agreed", choose("y"), 1, program.Fine},
	} {
		code, stdout, screen := place.Terminal(run, test.answers, "-type", "Client")
		if code != test.code || newcomers(w) != test.made {
			t.Errorf("%s: exit %d, %d companies\n%s\n%s", test.name, code, newcomers(w), stdout, screen)
		}
	}
}

func TestWrongNames(t *testing.T) {
	t.Parallel()
	place, w, _ := newcomer(t)
	for _, args := range [][]string{
		{"-create", "Nobody", "-yes"}, {"-create-missing", "-yes", "-status", "Nonsense"}, {"-create-missing", "-yes", "-type", "Nonsense"},
		{"-mapping", "there/is/none"}, {"-nonsense"},
	} {
		code, _, stderr := place.Run(run, args...)
		if code != program.Wrong || stderr == "" || programtest.Wrote(w) != 0 {
			t.Errorf("%v: exit %d, %q, %d writes", args, code, stderr, programtest.Wrote(w))
		}
	}
}

func TestTotals(t *testing.T) {
	t.Parallel()
	var out strings.Builder
	table(&out, []row{{customer: "A", linked: true, company: "A Ltd", issues: 2}, {customer: "B", reason: "no", issues: 1}, {customer: "C", disabled: true}})
	if want := "3 customers: 1 (33 %) with a company, 1 (33 %) without, 1 (33 %) switched off. 3 devices with issues, 1 (33 %) of them without a company."; !strings.Contains(out.String(), want) {
		t.Errorf("%s\nwant %s", out.String(), want)
	}
}
