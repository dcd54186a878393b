package transport

import "testing"

func TestProgress(t *testing.T) {
	var p Progress
	for round := range 2 {
		for page := range patience - 1 {
			if !p.Page(0) {
				t.Fatalf("round %d: given up after %d pages", round, page+1)
			}
		}
		if !p.Page(1) {
			t.Fatalf("round %d: given up at a page with a new row", round)
		}
	}
	for range patience - 1 {
		p.Page(0)
	}
	if p.Page(0) {
		t.Errorf("%d pages without a new row are still borne", patience)
	}
}
