package text_test

import (
	"testing"

	"github.com/covedesk/covedesk/internal/text"
)

// Tickets and files hold these hashes: they never change.
func TestHashIsFixed(t *testing.T) {
	if got, want := text.Hash(51, "a", "b"), "hsovsecfxsehn6oqhgn37mc4njasbfxja33te6hzqqdm2xokq3p"; got != want {
		t.Errorf("hash is %q, want %q", got, want)
	}
	if got, want := text.HashBytes(8, []byte("abc")), "xj4bnp4p"; got != want {
		t.Errorf("hash of bytes is %q, want %q", got, want)
	}
}
