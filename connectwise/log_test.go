package connectwise

import (
	"bytes"
	"encoding/base64"
	"log/slog"
	"net/http"
	"strings"
	"testing"
)

// A logger gets a line for every request. Even at the lowest level no line
// holds a key, the client id or the header made from them.
func TestLogHoldsRequestsAndNoSecrets(t *testing.T) {
	s := newTestServer(t, answerWith(http.StatusOK, `{"id":7}`))
	var log bytes.Buffer
	logger := slog.New(slog.NewJSONHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug - 8}))
	c := s.client(t, WithLogger(logger))
	if _, err := c.Service.Tickets.Get(t.Context(), 7); err != nil {
		t.Fatal(err)
	}
	text := log.String()
	if !strings.Contains(text, "service/tickets/7") {
		t.Errorf("the request is not in the log:\n%s", text)
	}
	k := testCredentials
	basic := base64.StdEncoding.EncodeToString([]byte(k.Company + "+" + k.PublicKey + ":" + k.PrivateKey))
	for _, secret := range []string{k.PrivateKey, k.ClientID, basic} {
		if strings.Contains(text, secret) {
			t.Errorf("%q is in the log:\n%s", secret, text)
		}
	}
}
