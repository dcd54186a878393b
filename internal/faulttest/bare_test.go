package faulttest

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/covedesk/covedesk/connectwise/connectwisetest"
	"github.com/covedesk/covedesk/reconcile/mark"
)

// ticket is a ticket on the service desk, read with net/http alone.
type ticket struct {
	ID           int64  `json:"id"`
	Summary      string `json:"summary"`
	Closed       bool   `json:"closedFlag"`
	ExternalXRef string `json:"externalXRef"`
	Status       struct{ Name string }
	Info         struct{ EnteredBy, DateEntered, UpdatedBy string } `json:"_info"`
	Notes        []note                                             `json:"-"`
	Mark         mark.Mark
}

type note struct {
	ID        int64  `json:"id"`
	Text      string `json:"text"`
	CreatedBy string
}

// bare reads the service desk through its API, without the proxy.
type bare struct {
	t    testing.TB
	http http.RoundTripper
	keys connectwisetest.Credentials
}

// get reads a record or a list, and reports whether it exists.
func (b bare) get(path string, query url.Values, into any) bool {
	b.t.Helper()
	r, err := http.NewRequestWithContext(context.Background(), http.MethodGet, "http://127.0.0.1/v4_6_release/apis/3.0/"+path+"?"+query.Encode(), nil)
	if err != nil {
		b.t.Fatal(err)
	}
	r.Header.Set("Authorization", "Basic "+base64.StdEncoding.EncodeToString([]byte(b.keys.Company+"+"+b.keys.PublicKey+":"+b.keys.PrivateKey)))
	r.Header.Set("clientId", b.keys.ClientID)
	response, err := b.http.RoundTrip(r)
	if err != nil {
		b.t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	if response.StatusCode == http.StatusNotFound {
		return false
	}
	if response.StatusCode != http.StatusOK {
		b.t.Fatalf("%s: %s", path, response.Status)
	}
	if err := json.NewDecoder(response.Body).Decode(into); err != nil {
		b.t.Fatal(err)
	}
	return true
}

// tickets returns all tickets. It reads each by its id, from the first id on,
// because lists may be late; nobody deletes tickets here.
func (b bare) tickets() []ticket {
	b.t.Helper()
	var all []ticket
	for id := int64(70001); ; id++ {
		var t ticket
		if !b.get(fmt.Sprintf("service/tickets/%d", id), nil, &t) {
			return all
		}
		t.Mark, _ = mark.Parse(t.ExternalXRef)
		all = append(all, t)
	}
}

// notes returns the notes of a ticket.
func (b bare) notes(id int64) (notes []note) {
	b.t.Helper()
	b.get(fmt.Sprintf("service/tickets/%d/notes", id), url.Values{"pageSize": {"1000"}}, &notes)
	return notes
}

// refs returns the references of the desk's notes of a ticket, which say to
// which action each belongs.
func refs(notes []note) []string {
	var refs []string
	for _, n := range notes {
		lines := strings.Split(strings.TrimSpace(n.Text), "\n")
		if ref, ok := strings.CutPrefix(strings.TrimSpace(lines[len(lines)-1]), "ref cdk1-"); ok {
			refs = append(refs, ref)
		}
	}
	slices.Sort(refs)
	return refs
}
