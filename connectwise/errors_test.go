package connectwise

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"
)

var classes = map[string]error{
	"noendpoint": ErrNoEndpoint,
	"notfound":   ErrNotFound, "unauthorized": ErrUnauthorized, "forbidden": ErrForbidden, "limited": ErrRateLimited, "invalid": ErrInvalid,
	"exists": ErrExists, "conflict": ErrConflict, "server": ErrServer, "unknown": ErrOutcomeUnknown,
}

func classesOf(err error) string {
	var out []string
	for name, class := range classes {
		if errors.Is(err, class) {
			out = append(out, name)
		}
	}
	slices.Sort(out)
	return strings.Join(out, " ")
}

func TestErrorsAreDecodedAndClassified(t *testing.T) {
	for name, tc := range map[string]struct {
		status  int
		body    string
		classes string
		want    Error // Code, Message, Errors and Hint are compared
		hint    string
	}{
		"missing field": {400,
			`{"code":"InvalidObject","message":"contact object is invalid","errors":[{"code":"MissingRequiredField","message":"The firstName field is required.","resource":"contact","field":"firstName"}]}`,
			"invalid", Error{Code: "InvalidObject", Message: "contact object is invalid", Errors: []FieldError{{"MissingRequiredField", "The firstName field is required.", "contact", "firstName"}}}, ""},
		"two fields": {400,
			`{"code":"InvalidObject","message":"callbackEntry object is invalid","errors":[{"code":"InvalidField","message":"Invalid URL","resource":"callbackEntry","field":"url"},{"code":"ObjectExists","message":"A matching callback entry already exists","resource":"callbackEntry","field":"objectId"}]}`,
			"exists invalid", Error{Code: "InvalidObject", Message: "callbackEntry object is invalid", Errors: []FieldError{{"InvalidField", "Invalid URL", "callbackEntry", "url"}, {"ObjectExists", "A matching callback entry already exists", "callbackEntry", "objectId"}}}, ""},
		"status of another board": {400,
			`{"code":"InvalidObject","message":"ticket object is invalid","errors":[{"code":"NotFound","message":"Service Status 17 not found for Service Board 21","resource":"ticket","field":"status/id"}]}`,
			"invalid", Error{Code: "InvalidObject", Message: "ticket object is invalid", Errors: []FieldError{{"NotFound", "Service Status 17 not found for Service Board 21", "ticket", "status/id"}}}, ""},
		"unknown member": {400, `{"code":"ConnectWiseApi","message":"Could not find member 'type' on object of type 'Contact'. Path 'type', line 3, position 11.Check your accept header to make sure you are using the correct version.","errors":null}`,
			"invalid", Error{Code: "ConnectWiseApi", Message: "Could not find member 'type' on object of type 'Contact'. Path 'type', line 3, position 11.Check your accept header to make sure you are using the correct version."}, "does not know the field"},
		"condition": {400, `{"code":"ApiFindCondition","message":"Condition Syntax Error (Line 1, Character 9) - Unrecognized value: 4ANDobjectId\nStrings ..."}`,
			"invalid", Error{Code: "ApiFindCondition", Message: "Condition Syntax Error (Line 1, Character 9) - Unrecognized value: 4ANDobjectId Strings ..."}, ""},
		"patch":           {400, `{"code":"InvalidPatch","message":"Could not cast or convert"}`, "invalid", Error{Code: "InvalidPatch", Message: "Could not cast or convert"}, ""},
		"version":         {400, `{"code":"ConnectWiseApi","message":"The HTTP resource that matches the request URI 'x' does not support the API version '0.0'."}`, "invalid", Error{Code: "ConnectWiseApi", Message: "The HTTP resource that matches the request URI 'x' does not support the API version '0.0'."}, "WithVersion"},
		"gateway":         {400, "Cannot route. Codebase/company is invalid", "invalid", Error{Message: "Cannot route. Codebase/company is invalid"}, "check Company"},
		"iis":             {400, "<!DOCTYPE HTML><HTML><HEAD><TITLE>Bad Request</TITLE></HEAD>", "server", Error{Message: "an HTML page titled Bad Request"}, "something other than the API"},
		"key":             {401, `{"code":"ConnectWiseApi","message":"UserNotAuthenticated"}`, "unauthorized", Error{Code: "ConnectWiseApi", Message: "UserNotAuthenticated"}, "PublicKey"},
		"key too":         {401, `{"code":"Unauthorized","message":"Incorrect public/private key","errors":[]}`, "unauthorized", Error{Code: "Unauthorized", Message: "Incorrect public/private key"}, "ClientID"},
		"role":            {403, `{"code":"Security","message":"You do not have security permission to perform this action."}`, "forbidden", Error{Code: "Security", Message: "You do not have security permission to perform this action."}, "security role"},
		"role as 401":     {401, `{"code":"Unauthorized","message":"You do not have security permission to perform this action."}`, "forbidden", Error{Code: "Unauthorized", Message: "You do not have security permission to perform this action."}, "security role"},
		"clientId":        {403, `{"code":"Security","message":"clientId"}`, "forbidden", Error{Code: "Security", Message: "clientId"}, "ClientID"},
		"ssl":             {400, `{"code":"Security","message":"SSL is required.","errors":null}`, "forbidden invalid", Error{Code: "Security", Message: "SSL is required."}, "api-"},
		"record":          {404, `{"code":"NotFound","message":"Ticket 1255787 not found"}`, "notfound", Error{Code: "NotFound", Message: "Ticket 1255787 not found"}, ""},
		"route":           {404, `{"code":"ConnectWiseApi","message":"The endpoint does not exist."}`, "noendpoint server", Error{Code: "ConnectWiseApi", Message: "The endpoint does not exist."}, "nothing about the record"},
		"page for 404":    {404, "<html><body>404</body></html>", "server", Error{Message: "an HTML page"}, "something other"},
		"nothing for 404": {404, "", "server", Error{}, ""},
		"text for 404":    {404, "File or directory not found.", "server", Error{Message: "File or directory not found."}, "something other"},
		"ASP.NET's 404":   {404, `{"Message":"No HTTP resource was found that matches the request URI."}`, "server", Error{Message: "No HTTP resource was found that matches the request URI."}, "something other"},
		"proxy's 404":     {404, `{"message":"no Route matched with those values"}`, "server", Error{Message: "no Route matched with those values"}, "something other"},
		"object for 404":  {404, `{}`, "server", Error{}, "something other"},
		"null for 404":    {404, `null`, "server", Error{}, "something other"},
		"words repeated":  {400, `{"code":"InvalidObject","message":"Cannot route. Codebase/company is invalid"}`, "invalid", Error{Code: "InvalidObject", Message: "Cannot route. Codebase/company is invalid"}, ""},
		"lines in fields": {400, `{"code":"a\nb","message":"c\u0085d","errors":[{"code":"e\u0000","message":"f\r\n","resource":"g\u001b[31m","field":"h\u2028i"}]}`, "invalid", Error{Code: "a b", Message: "c d", Errors: []FieldError{{"e", "f", "g", "h i"}}}, ""},
		"method":          {405, `{"code":"ConnectWiseApi","message":"The requested resource does not support http method 'GET'."}`, "invalid", Error{Code: "ConnectWiseApi", Message: "The requested resource does not support http method 'GET'."}, ""},
		"in use":          {409, `{"code":"Conflict","message":"in use"}`, "conflict", Error{Code: "Conflict", Message: "in use"}, ""},
		"media":           {415, `{"code":"InvalidObject","message":"The request entity's media type 'application/json' is not supported for this resource."}`, "invalid", Error{Code: "InvalidObject", Message: "The request entity's media type 'application/json' is not supported for this resource."}, ""},
		"throttled":       {429, `{"error":"ConnectWiseAPI","message":"Too many requests. Please try again in 30 seconds."}`, "limited", Error{Code: "ConnectWiseAPI", Message: "Too many requests. Please try again in 30 seconds."}, ""},
		"generic":         {500, `{"code":"x","message":"The service was not able to process your request."}`, "server", Error{Code: "x", Message: "The service was not able to process your request."}, ""},
		"date":            {500, `"String was not recognized as a valid DateTime."`, "server", Error{Message: "String was not recognized as a valid DateTime."}, ""},
		"gateway page":    {502, "<html><head><title>502 Bad\nGateway</title></head></html>", "server", Error{Message: "an HTML page titled 502 Bad Gateway"}, ""},
		"odd errors":      {400, `{"code":"InvalidObject","message":"m","errors":{"a":1}}`, "invalid", Error{Code: "InvalidObject", Message: "m"}, ""},
		"cut":             {400, `{"code":"InvalidObject","mess`, "server", Error{}, "something other"},
		"long text":       {400, strings.Repeat("é", 500), "server", Error{Message: strings.Repeat("é", 399) + "…"}, "something other"},
	} {
		s := newTestServer(t, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("x-cw-request-id", "guid-1")
			w.WriteHeader(tc.status)
			_, _ = io.WriteString(w, tc.body)
		})
		_, err := s.client(t, WithRetry(Retry{Attempts: 1})).Service.Tickets.Get(t.Context(), 5)
		var e *Error
		if !errors.As(err, &e) {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if got := classesOf(err); got != tc.classes {
			t.Errorf("%s: classes %s, want %s", name, got, tc.classes)
		}
		if e.Code != tc.want.Code || e.Message != tc.want.Message || !slices.Equal(e.Errors, tc.want.Errors) {
			t.Errorf("%s: got %q %q %v", name, e.Code, e.Message, e.Errors)
		}
		if !strings.Contains(e.Hint, tc.hint) || (tc.hint == "") != (e.Hint == "") {
			t.Errorf("%s: hint %q, want %q", name, e.Hint, tc.hint)
		}
		if e.Status != tc.status || e.RequestID != "guid-1" || e.Method != http.MethodGet || e.Path != testBase+"service/tickets/5" || e.Attempts != 1 {
			t.Errorf("%s: %+v", name, e)
		}
		for _, part := range []string{tc.want.Code, tc.want.Message, e.Hint, "guid-1", "GET"} {
			if !strings.Contains(err.Error(), part) {
				t.Errorf("%s: %q lacks %q", name, err.Error(), part)
			}
		}
	}
}

func TestWritesOfUnknownOutcome(t *testing.T) {
	for name, handler := range map[string]http.HandlerFunc{
		"500":   answerWith(500, `{"code":"x","message":"timeout"}`),
		"502":   answerWith(502, "<html>"),
		"reset": func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) },
		"cut": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "100")
			_, _ = io.WriteString(w, `{"id":1`)
		},
	} {
		s := newTestServer(t, handler)
		_, err := s.client(t).Service.Tickets.Create(t.Context(), &Ticket{Summary: "x"})
		if !errors.Is(err, ErrOutcomeUnknown) || !strings.Contains(err.Error(), "outcome unknown") {
			t.Errorf("%s: %v", name, err)
		}
		if n := len(s.seen()); n != 1 {
			t.Errorf("%s: sent %d times", name, n)
		}
		_, err = s.client(t).Service.Tickets.Get(t.Context(), 1)
		if err == nil || errors.Is(err, ErrOutcomeUnknown) {
			t.Errorf("%s: get: %v", name, err)
		}
		// net/http itself repeats a GET when an idle connection was closed.
		if n := len(s.seen()); n != 5 && n != 6 {
			t.Errorf("%s: get sent %d times, want 4", name, n-1)
		}
	}
}

func TestDeadlineOfAWriteIsUnknownToo(t *testing.T) {
	s := newTestServer(t, func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	_, err := s.client(t).Service.Tickets.Patch(ctx, 1, Set("summary", "x"))
	if !errors.Is(err, ErrOutcomeUnknown) || !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("%v", err)
	}
}

func TestThrottledForTooLong(t *testing.T) {
	s := newTestServer(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Retry-After", "300")
		w.WriteHeader(http.StatusTooManyRequests)
		_, _ = io.WriteString(w, `{"error":"ConnectWiseAPI","message":"Too many requests."}`)
	})
	_, err := s.client(t).Service.Tickets.Patch(t.Context(), 1, Set("summary", "x"))
	var e *Error
	if !errors.As(err, &e) || e.Wait != 300*time.Second || classesOf(err) != "limited" || e.Code != "ConnectWiseAPI" {
		t.Errorf("%+v", e)
	}
}

// When a server or proxy repeats a request in its answer, the error does not
// show the keys, whatever names they have there.
func TestErrorsDoNotRepeatWhatWasSigned(t *testing.T) {
	for _, form := range []string{
		"Bad request: %s %s %s", `{"code":"%s","message":"%s and %s","errors":[{"code":"%[1]s","message":"%[2]s","field":"%[3]s","resource":"%[1]s"}]}`,
		"<html><title>%s %s %s</title>", `"%s %s %s"`, `{"success":false,"message":"%s %s %s"}`,
	} {
		for _, status := range []int{200, 400, 401, 404, 429, 500} {
			s := newTestServer(t, func(w http.ResponseWriter, r *http.Request) {
				_, key, _ := r.BasicAuth()
				w.Header().Set("x-cw-request-id", key)
				w.Header().Set("Retry-After", "3600")
				w.WriteHeader(status)
				_, _ = fmt.Fprintf(w, form, r.Header.Get("Authorization"), key, r.Header.Get("clientId"))
			})
			// A new client for each, because a client pauses after a 429.
			client := func() *Client { return s.client(t, WithRetry(Retry{Attempts: 1})) }
			_, read := client().Service.Tickets.Get(t.Context(), 1)
			_, write := client().Service.Tickets.Create(t.Context(), &Ticket{Summary: "x"})
			_, upload := client().System.Documents.Create(t.Context(), Upload{RecordType: "Ticket", RecordID: 1, URL: "https://x"})
			for _, err := range []error{read, write, upload, client().Service.Tickets.Merge(t.Context(), 1, ByID(2), 3)} {
				if err == nil {
					t.Fatalf("%d %s: no error", status, form)
				}
				for _, verb := range []string{"%v", "%+v", "%#v"} {
					text := fmt.Sprintf(verb, err)
					if strings.Contains(text, "-secret") || strings.Contains(text, "YWNtZSt") {
						t.Errorf("%d %s: %s", status, form, text)
					}
				}
			}
		}
	}
}

func TestErrorsWithManyFieldsAreShort(t *testing.T) {
	fields := make([]FieldError, 1000)
	for i := range fields {
		fields[i] = FieldError{Field: fmt.Sprint("f", i), Message: "wrong"}
	}
	text := request{method: "POST", path: "x"}.invalid(fields).Error()
	if !strings.HasSuffix(text, "f19: wrong: and 980 more") {
		t.Error(text)
	}
}

func TestErrorNeverShowsTheQuery(t *testing.T) {
	s := newTestServer(t, func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) })
	c := s.client(t, WithRetry(Retry{Attempts: 1}))
	for _, err := range c.Company.Companies.List(t.Context(), &ListOptions{Where: Where("name = ?", "Private Ltd")}) {
		if err == nil || strings.Contains(err.Error(), "Private") || strings.Contains(err.Error(), "secret") {
			t.Errorf("%v", err)
		}
	}
}
