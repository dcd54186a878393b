package covetest

import "fmt"

// failure is the member "error" of an answer.
type failure struct {
	code, data int
	message    string
}

// JSON-RPC error codes. Everything that Cove itself refuses is codeCove.
const (
	codeParse   = -32700
	codeRequest = -32600
	codeMethod  = -32601
	codeCove    = -32603
)

// Cove's own codes, the data member of an error.
const (
	dataCredentials = 2100
	dataVisa        = 1701
	dataForbidden   = 13501
)

func badCredentials() *failure {
	return &failure{codeCove, dataCredentials, "Unknown partner/username or bad password"}
}

func badVisa() *failure {
	return &failure{codeCove, dataVisa, "Visa is inconsistent/corrupted."}
}

func forbidden() *failure {
	return &failure{codeCove, dataForbidden, "Operation failed because of security reasons"}
}

// refuse returns an error without a code of its own; only its text says what is
// wrong.
func refuse(format string, args ...any) *failure {
	return &failure{codeCove, 0, fmt.Sprintf(format, args...)}
}

func noPartner(id int64) *failure { return refuse("Partner with id '%d' doesn't exist", id) }

func noAccount(id int64) *failure { return refuse("Account with id '%d' doesn't exist", id) }

func noProduct(id int64) *failure { return refuse("Product with id '%d' doesn't exist", id) }

func noProfile(id int64) *failure { return refuse("Account profile with id '%d' doesn't exist", id) }
