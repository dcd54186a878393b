package transport_test

import (
	"bytes"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"testing"

	"github.com/covedesk/covedesk/internal/text"
	"github.com/covedesk/covedesk/internal/transport"
)

// The whole chain logs nothing secret.
func TestChainLogsNoSecrets(t *testing.T) {
	const private, visa, password = "pr1vate/Key+1", "v1sa.v1sa", "passw0rd!"
	url, _ := serve(t, func(w http.ResponseWriter, r *http.Request) {
		b, _ := io.ReadAll(r.Body)
		w.Header().Set("Set-Cookie", "session="+visa)
		w.WriteHeader(http.StatusBadGateway)
		_ = json.NewEncoder(w).Encode(map[string]string{"visa": visa, "echo": string(b), "key": private})
	})
	var buf bytes.Buffer
	hc := transport.New(nil, transport.Config{
		Logger: slog.New(slog.NewJSONHandler(&buf, &slog.HandlerOptions{Level: transport.LevelWire})),
		Hide:   text.NewSecrets(private), Retry: quick, UserAgent: "covedesk-test",
	})
	req, err := http.NewRequestWithContext(transport.WithName(t.Context(), "Login"), http.MethodPost, url+"?token="+visa,
		strings.NewReader(`{"visa":"`+visa+`","params":{"password":"`+password+`"}}`))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+visa)
	resp, err := hc.Do(req)
	if err == nil {
		_ = resp.Body.Close()
		t.Fatal("no error")
	}
	for _, secret := range []string{private, visa, password} {
		if strings.Contains(buf.String(), secret) {
			t.Errorf("%s is in the log:\n%s", secret, &buf)
		}
	}
	if !strings.Contains(buf.String(), `"method":"Login"`) || !strings.Contains(buf.String(), "covedesk-test") {
		t.Errorf("the log lacks what it should hold:\n%s", &buf)
	}
}
