package connectwise_test

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"golang.org/x/time/rate"

	"github.com/covedesk/covedesk/connectwise"
	"github.com/covedesk/covedesk/connectwise/connectwisetest"
)

func device(name string, company int64) *connectwise.Configuration {
	return &connectwise.Configuration{Name: name, Type: connectwise.ByName("Managed Workstation"), Company: connectwise.ByID(company)}
}

// A record that is refused is an error, and does not hide what became of the
// others.
func TestBulkWritesTellWhatBecameOfEachRecord(t *testing.T) {
	s := tenant(connectwisetest.Config{})
	s.AddConfiguration(connectwisetest.Configuration{Name: "SRV01", Company: connectwisetest.ID(250)}) // and the type
	configurations := tenantClient(t, s).Company.Configurations
	results, err := configurations.CreateMany(t.Context(), device("PC1", 250), device("PC2", 99999), device("PC3", 250))
	if len(results) != 3 || results[0].Err != nil || results[1].Err == nil || results[2].Err != nil || results[0].Record.Name != "PC1" || results[2].Record.ID == 0 {
		t.Fatalf("%+v, %v", results, err)
	}
	var e *connectwise.Error
	if !errors.Is(err, connectwise.ErrInvalid) || errors.Is(err, connectwise.ErrOutcomeUnknown) || !strings.Contains(err.Error(), "record 1: ") || !errors.As(results[1].Err, &e) || e.Status != 400 || e.Code == "" {
		t.Errorf("%v, result %+v", err, e)
	}
	first := results[0].Record
	first.Name = "PC1 new"
	if results, err = configurations.ReplaceMany(t.Context(), first); err != nil || len(results) != 1 {
		t.Fatalf("%+v, %v", results, err)
	}
	if got, err := configurations.Get(t.Context(), first.ID); err != nil || got.Name != "PC1 new" {
		t.Errorf("%+v, %v", got, err)
	}
	if results, err = configurations.DeleteMany(t.Context(), first.ID); err != nil || len(results) != 1 {
		t.Fatalf("%+v, %v", results, err)
	}
	if n, err := configurations.Count(t.Context(), nil); n != 2 || err != nil {
		t.Errorf("%d left, %v", n, err)
	}
}

func TestBulkWritesOfNothingMakeNoRequest(t *testing.T) {
	s := tenant(connectwisetest.Config{})
	configurations := tenantClient(t, s).Company.Configurations
	for name, write := range map[string]func() ([]connectwise.BulkResult, error){
		"create":  func() ([]connectwise.BulkResult, error) { return configurations.CreateMany(t.Context()) },
		"replace": func() ([]connectwise.BulkResult, error) { return configurations.ReplaceMany(t.Context()) },
		"delete":  func() ([]connectwise.BulkResult, error) { return configurations.DeleteMany(t.Context()) },
	} {
		if results, err := write(); len(results) != 0 || err != nil {
			t.Errorf("%s: %v, %v", name, results, err)
		}
	}
	for want, write := range map[string]func() ([]connectwise.BulkResult, error){
		"1: nil": func() ([]connectwise.BulkResult, error) {
			return configurations.CreateMany(t.Context(), device("a", 250), nil)
		},
		"0/name: 101 characters": func() ([]connectwise.BulkResult, error) {
			return configurations.CreateMany(t.Context(), device(strings.Repeat("a", 101), 250))
		},
		"0/id: 0 is no record id": func() ([]connectwise.BulkResult, error) {
			return configurations.ReplaceMany(t.Context(), device("a", 250))
		},
		"1: -4 is no record id": func() ([]connectwise.BulkResult, error) { return configurations.DeleteMany(t.Context(), 3, -4) },
	} {
		if results, err := write(); results != nil || !errors.Is(err, connectwise.ErrInvalid) || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, %v; want %q", results, err, want)
		}
	}
	if s.Calls() != 0 {
		t.Errorf("%d calls", s.Calls())
	}
}

// Whatever a server answers to two records, it is not read as two successes
// unless it says so.
func TestBulkAnswersThatDoNotSayAreNoSuccess(t *testing.T) {
	var body string
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, "/login/") {
			_, _ = io.WriteString(w, `{"Codebase":"v4_6_release/"}`)
			return
		}
		w.WriteHeader(http.StatusMultiStatus)
		_, _ = io.WriteString(w, body)
	}))
	defer s.Close()
	c, err := connectwise.NewClient(connectwise.Credentials{Company: "acme", PublicKey: "a", PrivateKey: "b", ClientID: "c"},
		connectwise.WithBaseURL(s.URL), connectwise.WithLimiter(rate.NewLimiter(rate.Inf, 1)))
	if err != nil {
		t.Fatal(err)
	}
	for _, body = range []string{
		"", "null", "{}", "[]", `{"payload":null}`, `{"payload":[]}`, `{"payload":[null,null]}`, `{"payload":[{},{}]}`,
		`{"payload":[{"success":true}]}`,
		`{"payload":[{"success":true},{"success":true},{"success":true}]}`,
		`{"payload":[{"success":true,"data":{"id":[]}},{"success":true}]}`,
		`{"payload":[{"success":true},{"success":false,"originalIndex":1,"statusCode":500,"error":{"code":"x","message":"y"}}]}`,
		`[{"id":1},{"id":2}]`,
	} {
		if results, err := c.Company.Configurations.CreateMany(t.Context(), device("a", 1), device("b", 1)); !errors.Is(err, connectwise.ErrOutcomeUnknown) {
			t.Errorf("%s: %+v, %v", body, results, err)
		}
	}
	body = `{"payload":[{"success":true,"statusCode":200,"data":null},{"success":true,"originalIndex":1,"statusCode":200,"data":true}]}`
	if results, err := c.Company.Configurations.DeleteMany(t.Context(), 7, 8); err != nil || len(results) != 2 || results[1].Index != 1 || results[1].Record != nil {
		t.Errorf("%+v, %v", results, err)
	}
}
