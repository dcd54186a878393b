package covetest

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// T holds the methods of *testing.T that Conform needs.
type T interface {
	Helper()
	Context() context.Context
	Logf(format string, args ...any)
	Errorf(format string, args ...any)
	// Fatalf must not return.
	Fatalf(format string, args ...any)
}

// ConformOption changes what Conform does.
type ConformOption func(*conformance)

// ConformClient sets the HTTP client, for servers whose certificate is not
// publicly trusted. Default: a client with a time limit of one minute.
func ConformClient(client *http.Client) ConformOption {
	return func(c *conformance) { c.client = client }
}

// ConformWrites also checks writes. It changes the customer reference of a
// partner and restores it, and adds a user and removes it. Without this option
// Conform writes nothing.
func ConformWrites(partnerID int64) ConformOption {
	return func(c *conformance) { c.writeTo = partnerID }
}

// Conform checks that a Cove behaves as this package's server does. It sends
// about ninety plain HTTP requests and uses no client library. Run it against a
// sandbox tenant:
//
//	func TestSandbox(t *testing.T) {
//		covetest.Conform(t, "https://api.backup.management", covetest.Credentials{
//			Partner: os.Getenv("COVE_PARTNER"), Username: os.Getenv("COVE_USERNAME"), Password: os.Getenv("COVE_PASSWORD"),
//		})
//	}
//
// Conform only reads, unless ConformWrites is given. It includes one login with
// a user name that does not exist. Where tenants may differ it asserts nothing
// and logs what it found, with the names of [Switches]. Its messages never hold
// a password, a visa or a token.
func Conform(t T, baseURL string, credentials Credentials, options ...ConformOption) {
	t.Helper()
	c := &conformance{T: t, base: strings.TrimSuffix(strings.TrimSuffix(baseURL, "/"), "/jsonapi"), credentials: credentials,
		client: &http.Client{Timeout: time.Minute}}
	for _, o := range options {
		o(c)
	}
	c.login()
	c.envelope()
	c.visas()
	c.partners()
	c.rows()
	c.paging()
	c.filters()
	c.columns()
	c.device()
	c.lenience()
	c.language()
	c.history()
	c.catalogue()
	c.cloud()
	if c.writeTo != 0 {
		c.writes()
		c.flags()
	}
}

type conformance struct {
	T
	base        string
	credentials Credentials
	client      *http.Client
	writeTo     int64

	visa    string
	user    struct{ ID, PartnerID int64 }
	known   map[int64]bool // partners of the tree, the root included
	devices []conformRow   // all devices, by id
	arrays  bool           // values come as arrays
}

type conformAnswer struct {
	ID      json.RawMessage
	JSONRPC string
	Result  json.RawMessage
	Error   *struct {
		Code, Data int
		Message    string
	}
	Visa string
}

// data is Cove's own error code; -1 when the call succeeded.
func (a conformAnswer) data() int {
	if a.Error == nil {
		return -1
	}
	return a.Error.Data
}

// value decodes result.result.
func (a conformAnswer) value(into any) error {
	if a.Error != nil {
		return fmt.Errorf("error %d, data %d: %s", a.Error.Code, a.Error.Data, a.Error.Message)
	}
	var outer struct{ Result json.RawMessage }
	if err := json.Unmarshal(a.Result, &outer); err != nil {
		return fmt.Errorf("the outer result is not an object: %w", err)
	}
	return json.Unmarshal(outer.Result, into)
}

// post sends any body to any URL, with a bearer token if there is one, and
// returns status and body.
func (c *conformance) post(url, body, bearer string) (int, []byte, error) {
	req, err := http.NewRequestWithContext(c.Context(), http.MethodPost, url, strings.NewReader(body))
	if err != nil {
		return 0, nil, err
	}
	req.Header.Set("Content-Type", "application/json")
	if bearer != "" {
		req.Header.Set("Authorization", "Bearer "+bearer)
	}
	resp, err := c.client.Do(req)
	if err != nil {
		return 0, nil, err
	}
	defer func() { _ = resp.Body.Close() }()
	out, err := io.ReadAll(resp.Body)
	return resp.StatusCode, out, err
}

// send posts a request to the management service and decodes the envelope.
func (c *conformance) send(request map[string]any) conformAnswer {
	c.Helper()
	return c.sendTo("/jsonapi", "", request)
}

func (c *conformance) sendTo(path, bearer string, request map[string]any) conformAnswer {
	c.Helper()
	body, err := json.Marshal(request)
	if err != nil {
		c.Fatalf("%v", err)
	}
	status, out, err := c.post(c.base+path, string(body), bearer)
	if err != nil {
		c.Fatalf("%v: %v", request["method"], err)
	}
	var a conformAnswer
	if err := json.Unmarshal(out, &a); err != nil || status != http.StatusOK {
		c.Fatalf("%v: HTTP %d with a body of %d bytes: %v", request["method"], status, len(out), err)
	}
	if a.JSONRPC != "2.0" || (a.Error == nil) == (a.Result == nil) {
		c.Errorf("%v: the answer needs jsonrpc 2.0 and either result or error", request["method"])
	}
	return a
}

// call sends a method with the current visa and chains the next one.
func (c *conformance) call(method string, params map[string]any) conformAnswer {
	c.Helper()
	a := c.send(map[string]any{"jsonrpc": "2.0", "id": "1", "visa": c.visa, "method": method, "params": params})
	if a.Visa != "" {
		c.visa = a.Visa
	}
	return a
}

func (c *conformance) must(method string, params map[string]any, into any) {
	c.Helper()
	if err := c.call(method, params).value(into); err != nil {
		c.Fatalf("%s: %v", method, err)
	}
}

func (c *conformance) login() {
	c.Helper()
	wrong := c.send(map[string]any{"jsonrpc": "2.0", "id": "1", "method": "Login", "params": map[string]any{
		"partner": c.credentials.Partner, "username": c.credentials.Username + ".does-not-exist", "password": "x"}})
	if wrong.data() != dataCredentials {
		c.Errorf("Login of an unknown user: data %d, want %d", wrong.data(), dataCredentials)
	}
	a := c.send(map[string]any{"jsonrpc": "2.0", "id": "1", "method": "Login", "params": map[string]any{
		"partner": c.credentials.Partner, "username": c.credentials.Username, "password": c.credentials.Password}})
	var user struct {
		ID        int64 `json:"Id"`
		PartnerID int64 `json:"PartnerId"`
		Password  *string
	}
	if err := a.value(&user); err != nil {
		c.Fatalf("Login: %v", err)
	}
	if user.ID == 0 || user.PartnerID == 0 || user.Password != nil && *user.Password != "" {
		c.Errorf("Login: the UserInfo needs Id and PartnerId and must not tell the password")
	}
	fields := strings.Split(a.Visa, "-")
	issued, err := int64(0), error(nil)
	if len(fields) == 5 {
		issued, err = strconv.ParseInt(fields[3], 10, 64)
	}
	if len(fields) != 5 || err != nil || issued < 1e9 {
		c.Errorf("Login: the visa has %d fields, want 5 with the issue time in the fourth", len(fields))
	}
	c.user.ID, c.user.PartnerID, c.visa = user.ID, user.PartnerID, a.Visa
}
