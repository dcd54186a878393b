package mark_test

import (
	"fmt"
	"log"
	"time"

	"github.com/covedesk/covedesk/reconcile/mark"
)

// Read a marker.
func ExampleParse() {
	m, err := mark.Parse("cdk1:desk-z32b:ezvi:snm4fas:anwyu3lqfbyr62ftiio5izjo:haymtv5f7rhs2kiuaobf:3on01:tow1y0:tots01:tt")
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(m.Owner, m.Severity, m.State, m.NotePending, m.Reopens)
	fmt.Println(m.Written.Format(time.DateTime), "absent since", m.AbsentSince.Format(time.DateTime))
	fmt.Println(m.Source == mark.SourceID("cove"), m.Customer == mark.CustomerID("1234"))
	fmt.Println(m.Key == mark.KeyIDOf("cove", "3785154"))
	fmt.Println(m.Digests.Company == mark.DigestOf("250"), m.Digests.Priority == mark.DigestOf("8"), m.Digests.State == mark.DigestOf("D01:failed"))
	// Output:
	// desk-z32b high open false 1
	// 2026-11-22 05:30:00 absent since 2026-11-21 00:00:01
	// true true
	// true
	// true true true
}

// A ticket whose marker was lost gets a new one, with its owner and key.
func ExampleMark_Format() {
	text, err := mark.Mark{
		Owner:  "desk-z32b", // mark.OwnerOf("desk", "acme")
		Source: mark.SourceID("cove"), Customer: mark.CustomerID("1234"), Key: mark.KeyIDOf("cove", "3785154"),
		Severity: mark.SeverityMedium, State: mark.Open,
		Written: time.Date(2026, 11, 22, 5, 30, 0, 0, time.UTC),
	}.Format()
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(text)
	// Output: cdk1:desk-z32b:ezvi:snm4fas:anwyu3lqfbyr62ftiio5izjo:00000000000000000000:2on00:tow1y0:000000:aj
}
