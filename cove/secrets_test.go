package cove_test

import (
	"bytes"
	"context"
	"encoding/gob"
	"encoding/hex"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"testing"

	"golang.org/x/time/rate"

	"github.com/covedesk/covedesk/cove"
	"github.com/covedesk/covedesk/internal/secrettest"
)

// A value that holds a secret does not show it, however it is printed.
func TestW9_NothingPrintsASecret(t *testing.T) {
	const secret = "hunter2-secret"
	who := cove.Credentials{Partner: "P", Username: "u", Password: secret}
	c, err := cove.NewClient(who)
	if err != nil {
		t.Fatal(err)
	}
	var a cove.Account
	if err := json.Unmarshal([]byte(`{"Id":7,"Name":"n","Token":"`+secret+`","Password":"`+secret+`"}`), &a); err != nil {
		t.Fatal(err)
	}
	type program struct{ client *cove.Client }
	type value struct{ client cove.Client }
	for _, v := range []any{
		who, &who, []cove.Credentials{who}, map[string]any{"who": who}, c, *c, program{c}, value{*c}, &value{*c},
		a, &a, []cove.Account{a}, struct{ Account cove.Account }{a},
	} {
		text := ""
		for _, verb := range "vdsqxXtbcoOUeEfFgG" {
			text += fmt.Sprintf("%"+string(verb), v) + fmt.Sprintf("%+"+string(verb), v) + fmt.Sprintf("%#"+string(verb), v)
		}
		if data, err := json.Marshal(v); err == nil {
			text += string(data)
		}
		if data, err := xml.Marshal(v); err == nil {
			text += string(data)
		}
		var packed bytes.Buffer
		_ = gob.NewEncoder(&packed).Encode(v) // refused or without the secret
		text += packed.String()
		var log bytes.Buffer
		slog.New(slog.NewJSONHandler(&log, nil)).Info("x", "v", v)
		slog.New(slog.NewTextHandler(&log, nil)).Info("x", "v", v)
		text += log.String()
		if lower := strings.ToLower(text); strings.Contains(text, secret) || strings.Contains(lower, hex.EncodeToString([]byte(secret))) {
			t.Errorf("%T: %s", v, text)
		}
	}
	secrettest.Covers(t, ".", []any{who, c, a})
	if text := fmt.Sprint(c); text != "cove.Client{api.backup.management P u}" {
		t.Errorf("a client prints as %s", text)
	}
	var back cove.Credentials
	if err := json.Unmarshal([]byte(`{"Partner":"P","Username":"u","Password":"`+secret+`"}`), &back); err != nil || back.Password != secret {
		t.Errorf("credentials from JSON: %v, %v", back, err)
	}
}

// Some servers repeat the request in an error.
func TestErrorsDoNotRepeatSecrets(t *testing.T) {
	const visa, token = "33491-50121-1-1763769600-A99E0C17F2", "1b5e0c0a-7777-token"
	echo := func(sent string) string {
		// The values alone, without JSON member names that show they are
		// secret.
		text, _ := json.Marshal("cannot read " + strings.NewReplacer(`"`, " ", ":", " ").Replace(sent))
		return `{"error":{"code":-32603,"data":5,"message":` + string(text) + `}}`
	}
	wrong := true
	c, err := cove.NewClient(cove.Credentials{Username: "u", Password: "hunter2-secret"}, cove.WithLimiter(rate.NewLimiter(rate.Inf, 1)),
		cove.WithHTTPClient(&http.Client{Transport: sender(func(r *http.Request) (*http.Response, error) {
			sent, err := io.ReadAll(r.Body)
			if err != nil {
				return nil, err
			}
			text := echo(string(sent) + strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer "))
			switch {
			case wrong:
			case strings.Contains(string(sent), `"Login"`):
				text = `{"result":{"result":{"Id":1,"PartnerId":2}},"visa":"` + visa + `"}`
			case strings.Contains(string(sent), "GetAccountInfoById"):
				text = `{"result":{"result":{"Id":7,"Name":"n","Type":"Office365","Token":"` + token + `"},"homeNodeInfo":{"CommonInfo":{"Host":"node.example"}}},"visa":"` + visa + `"}`
			}
			return &http.Response{StatusCode: http.StatusOK, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(text)), Request: r}, nil
		})}))
	if err != nil {
		t.Fatal(err)
	}
	ctx := t.Context()
	var errs []error
	_, err = c.Login(ctx)
	errs = append(errs, err)
	wrong = false
	a, err := c.Account(ctx, 7)
	if err != nil {
		t.Fatal(err)
	}
	_, err = c.Partner(ctx, 2)
	errs = append(errs, err)
	_, err = c.AccountByToken(ctx, token)
	errs = append(errs, err)
	_, err = c.Sessions(ctx, a, cove.SessionQuery{})
	errs = append(errs, err)
	a.Type = "BackupManager"
	_, err = c.Sessions(ctx, a, cove.SessionQuery{})
	errs = append(errs, err)
	for _, err := range errs {
		var e *cove.Error
		if !errors.As(err, &e) || !strings.Contains(err.Error(), "***") {
			t.Fatalf("got %v", err)
		}
		for _, secret := range []string{visa, token, "hunter2-secret"} {
			if strings.Contains(err.Error(), secret) {
				t.Errorf("%s shows in %v", secret, err)
			}
		}
	}
}

// A visa is sent only to the host that issued it.
func TestWithAnotherHostHasItsOwnVisa(t *testing.T) {
	var asked []string
	visas := map[string]string{"one.example": "visa-one", "two.example": "visa-two"}
	c, err := cove.NewClient(cove.Credentials{Username: "u", Password: "p"}, cove.WithBaseURL("https://one.example"), cove.WithLimiter(rate.NewLimiter(rate.Inf, 1)),
		cove.WithHTTPClient(&http.Client{Transport: sender(func(r *http.Request) (*http.Response, error) {
			sent, err := io.ReadAll(r.Body)
			if err != nil {
				return nil, err
			}
			asked = append(asked, r.URL.Host)
			for host, visa := range visas {
				if host != r.URL.Host && strings.Contains(string(sent), visa) {
					t.Errorf("%s got the visa of %s", r.URL.Host, host)
				}
			}
			text := `{"result":{"result":{"Id":1,"PartnerId":2}},"visa":"` + visas[r.URL.Host] + `"}`
			return &http.Response{StatusCode: http.StatusOK, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(text)), Request: r}, nil
		})}))
	if err != nil {
		t.Fatal(err)
	}
	other, err := c.With(cove.WithBaseURL("https://two.example"))
	if err != nil {
		t.Fatal(err)
	}
	for _, each := range []*cove.Client{c, other, c} {
		if _, err := each.Partner(t.Context(), 1); err != nil {
			t.Fatal(err)
		}
	}
	if got := strings.Join(asked, " "); got != "one.example one.example two.example two.example one.example" {
		t.Errorf("asked %s", got)
	}
}

// The methods that log in would make another user's visa the client's.
func TestCallDoesNotLogIn(t *testing.T) {
	c, err := cove.NewClient(cove.Credentials{Username: "u", Password: "p"}, cove.WithHTTPClient(&http.Client{Transport: sender(func(*http.Request) (*http.Response, error) {
		t.Error("a request")
		return nil, http.ErrServerClosed
	})}))
	if err != nil {
		t.Fatal(err)
	}
	for _, method := range []string{"Login", "Authenticate", "AuthenticateWithContext"} {
		if err := c.Call(t.Context(), method, nil, nil); !errors.Is(err, cove.ErrInvalid) {
			t.Errorf("%s: %v", method, err)
		}
	}
}

// No log shows an answer that holds a secret.
func TestLogsWithoutSecretAnswers(t *testing.T) {
	const secret = "1b5e0c0a-7777"
	var log bytes.Buffer
	c := through(t, replies(func(a asked) string {
		if a.Method == "EnumerateAccountStatistics" {
			return `{"result":{"result":[{"AccountId":1,"Settings":[{"QW":"` + secret + `"},{"AN":"a name"}]}]}}`
		}
		return `{"result":{"result":{"Id":7,"Unheard":"` + secret + `","Token":"t"}},"visa":"v"}`
	}), cove.WithLogger(slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug - 4}))))
	type row struct {
		Name     string `cove:"AN"`
		Password string `cove:"QW"`
	}
	for name, call := range map[string]func(context.Context) error{
		"by id":    func(ctx context.Context) error { _, err := c.Account(ctx, 7); return err },
		"by token": func(ctx context.Context) error { _, err := c.AccountByToken(ctx, "t"); return err },
		"any":      func(ctx context.Context) error { return c.Call(ctx, "GenerateReinstallationPassphrase", nil, nil) },
		"column": func(ctx context.Context) error {
			_, err := cove.DevicesPage[row](ctx, c, cove.DeviceQuery{}, 0)
			return err
		},
	} {
		log.Reset()
		if err := call(t.Context()); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if strings.Contains(log.String(), secret) || !strings.Contains(log.String(), "left out") {
			t.Errorf("%s: %s", name, &log)
		}
	}
	log.Reset()
	if _, err := cove.DevicesPage[accountID](t.Context(), c, cove.DeviceQuery{}, 0); err != nil || !strings.Contains(log.String(), "a name") {
		t.Errorf("an answer without secrets: %s, %v", &log, err)
	}
}

// Invisible characters that come with copied credentials are removed or
// refused.
func TestPastedCredentials(t *testing.T) {
	var got string
	c, err := cove.NewClient(cove.Credentials{Partner: "\u00a0P ", Username: "u\u200b", Password: " \ufeffhunter2\n"}, cove.WithHTTPClient(&http.Client{Transport: sender(func(r *http.Request) (*http.Response, error) {
		body, err := io.ReadAll(r.Body)
		got = string(body)
		return &http.Response{StatusCode: http.StatusOK, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(goodLogin)), Request: r}, err
	})}))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.Login(t.Context()); err != nil || !strings.Contains(got, `"params":{"partner":"P","password":"hunter2","username":"u"}`) {
		t.Errorf("sent %s, %v", got, err)
	}
	for _, bad := range []cove.Credentials{{Username: "u\u200bv", Password: "p"}, {Username: "u", Password: "hunter\u00ad2"}, {Username: "u", Password: "\u00a0"}} {
		if _, err := cove.NewClient(bad); err == nil || strings.Contains(err.Error(), "hunter") {
			t.Errorf("%+v: %v", bad, err)
		}
	}
}
