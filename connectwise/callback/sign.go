package callback

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"net/http"
)

// SignatureHeader is the header that holds the signature of a delivery.
const SignatureHeader = "X-Content-Signature"

// Sign returns the signature of a delivery's raw body: base64 of HMAC-SHA256,
// whose key is the SHA-256 of the signing key.
func Sign(signingKey string, body []byte) string {
	key := sha256.Sum256([]byte(signingKey))
	mac := hmac.New(sha256.New, key[:])
	mac.Write(body)
	return base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

// signed tells whether the signature is that of the body, by a comparison in
// constant time.
func signed(signingKey string, body []byte, signature string) bool {
	return hmac.Equal([]byte(signature), []byte(Sign(signingKey, body)))
}

// NewRequest returns a delivery of the event to the target, as the service desk
// would send it. Use it to test a receiver, which will ask for the signing key
// at keyURL.
func NewRequest(ctx context.Context, target, keyURL, signingKey string, e Event) (*http.Request, error) {
	body, err := e.encode(keyURL)
	if err != nil {
		return nil, fmt.Errorf("callback: %w", err)
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, target, bytes.NewReader(body))
	if err != nil {
		return nil, fmt.Errorf("callback: %w", err)
	}
	req.Header.Set("Content-Type", "application/json; charset=utf-8")
	req.Header.Set(SignatureHeader, Sign(signingKey, body))
	return req, nil
}
