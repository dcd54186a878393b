package cove

import (
	"testing"
	"time"
)

// Answers can overtake each other: the visa of an older request does not
// replace a newer one.
func TestVisaOfAnOlderRequest(t *testing.T) {
	v := newVisa()
	now := time.Now()
	v.token, v.issued = "first", now
	older, younger := &pass{visa: v, token: "first", sent: now.Add(time.Second)}, &pass{visa: v, token: "first", sent: now.Add(2 * time.Second)}
	younger.answered("younger")
	older.answered("older")
	if v.token != "younger" || !v.issued.Equal(younger.sent) {
		t.Errorf("the visa is the %s one", v.token)
	}
}
