package cove

import "testing"

func TestUnwrapM365(t *testing.T) {
	const mailbox = `Graph API request failed: 404 (Not Found); Request: GET https://graph…; Request body size: 0; ReplyBodyError: { ErrorCode: \"MailboxNotEnabledForRESTAPI\", ErrorMessage: \"The mailbox is either inactive, soft-deleted, or hosted on-premise.\" }`
	tests := []struct{ name, description, text, entity, path string }{
		{"reply body", `{"description":"` + mailbox + `","entity":"jo@birch.example","path":"/Inbox"}`,
			"The mailbox is either inactive, soft-deleted, or hosted on-premise.", "jo@birch.example", "/Inbox"},
		{"oauth", `{"description":"{\"error\":\"invalid_grant\",\"error_description\":\"Token has expired.\"}","entity":"e","path":""}`, "Token has expired.", "e", ""},
		{"error object", `{"description":"x {\"error\":{\"code\":\"9\",\"message\":\"Too many requests\"}}","entity":"","path":""}`, "Too many requests", "", ""},
		{"json", `{"description":"{\"errorMessage\":\"No data available\"}"}`, "No data available", "", ""},
		{"message", `{"description":"{\"message\":\"Gone\\nfor good\"}"}`, "Gone for good", "", ""},
		{"other blanks", `{"description":"{\"message\":\"Gone\\tfor\\rgood\"}"}`, "Gone for good", "", ""},
		{"plain", `{"description":"Access denied","entity":"e"}`, "Access denied", "e", ""},
		{"no JSON", "Access denied: message: none", "Access denied: message: none", "", ""},
		{"order", `{"description":"ReplyBodyError: { ErrorMessage: \"first\" } error_description: \"second\""}`, "first", "", ""},
		{"cut off", `{"description":"ReplyBodyError: { ErrorMessage: \"The mailb"}`, "The mailb", "", ""},
		{"at the beginning", `error_description: "Gone"`, "Gone", "", ""},
		{"empty", "", "", "", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			text, entity, path := unwrapM365(tt.description)
			if text != tt.text || entity != tt.entity || path != tt.path {
				t.Errorf("got %q, %q, %q", text, entity, path)
			}
		})
	}
}

func FuzzUnwrapM365(f *testing.F) {
	f.Add(`{"description":"ReplyBodyError: { ErrorMessage: \"x\\\" }"}`)
	f.Fuzz(func(t *testing.T, s string) {
		text, _, _ := unwrapM365(s)
		if len(text) > len(s)*3 { // invalid UTF-8 grows to U+FFFD
			t.Errorf("%q became longer: %q", s, text)
		}
	})
}
