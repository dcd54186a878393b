// Package cove is a client for N-able Cove Data Protection: the JSON-RPC
// "column code" API of its Management Service, the Reporting Service of its
// storage nodes, and the reporting service for Microsoft 365.
//
//	client, err := cove.NewClient(cove.Credentials{
//		Partner:  "Acme MSP (ops@acme.example)", // exactly as in the console
//		Username: "api-sync@acme.example",       // an API user
//		Password: token,                         // shown when the user was created
//	})
//	for d, err := range cove.Devices[cove.Device](ctx, client, cove.DeviceQuery{}) {
//		if err != nil {
//			return err
//		}
//		fmt.Println(d.Name, d.Customer, d.Total.Status)
//	}
//
// The words of the API differ from those of the console: a partner is a
// customer (or a partner above or below a customer), an account is a device, a
// product is a retention policy, a profile is a backup profile.
//
// # Logging in
//
// A client logs in by itself before the first call and keeps the visa it gets
// in memory. Every answer brings the visa for the next call, so a client in use
// logs in once. A visa lives 15 minutes; a client that was idle for longer logs
// in again. All goroutines share one visa and one login. A client never tries
// refused credentials a second time, because the API locks users after repeated
// failures: make a new client.
//
// A [Client] is immutable and safe for concurrent use. [Client.With] derives
// one with other options that shares visa and pace. By default a client sends 4
// requests a second, rising to 10, with at most 8 at the same time;
// [WithLimiter] changes the rate.
//
// # Columns
//
// Device statistics come as columns, each with a code. The tags of a struct
// name columns; [Devices] asks for those and fills the struct. [Device] is such
// a struct, with what monitoring needs. Embed it, or write your own:
//
//	type backup struct {
//		ID     int64              `cove:"I0"`  // or "AU": either spelling
//		Seen   time.Time          `cove:"I6"`  // zero when the device never reported
//		Active cove.DataSourceSet `cove:"I78"` // which sources are backed up
//		Files  struct {
//			Status cove.SessionStatus `cove:"F00"`
//			Errors *int64             `cove:"F06"` // nil when the column is absent
//		} `cove:"D01"` // a data source: its code, or its legacy letter
//		Notes string `cove:"AA843"` // a custom column of the tenant
//	}
//
// Fields may be strings, booleans, integers and floats of every size,
// [time.Time], [time.Duration], [Bytes], [SessionStatus], [ColorBar],
// [DataSourceSet], types of your own over these, types that implement
// [encoding.TextUnmarshaler], and pointers to the common ones. A struct is a
// data source whose fields are tagged F00 to F27. An embedded struct without a
// tag is part of the one around it. A column that is missing or blank leaves
// its field zero, and so does a time of "0": the API does not distinguish
// never, nothing and unknown.
//
// Tags in lower case name values that belong to the whole row:
//
//	account    int64               the account id, always there
//	partner    int64               the partner that owns the device
//	flags      []string            account flags
//	rest       map[string]string   the values of DeviceQuery.Columns
//	malformed  []ColumnError       values that could not be read
//	refused    []string            columns that this user may not read
//
// A wrong tag is an error at first use. A value that cannot be read ends the
// enumeration with a [*ColumnError]; if the struct has a field tagged
// malformed, the value is listed there instead. Columns that the user may not
// read are left out. Every row lists them in the field tagged refused; if the
// struct has no such field, the enumeration begins with a
// [*RefusedColumnsError] and then yields the rows. Check one of the two before
// you take a zero for a value.
//
// Every column has one or two spellings. [LookupColumn] and [Columns] give both
// spellings, name, type and source. Note that the numbers cross: new F06 is
// legacy 7, and new F07 is legacy 6. No spelling can be computed from the
// other.
//
// # Queries
//
// [Where] writes filters in the API's language. It takes placeholders, as
// database/sql does, and quotes every value by its type. It refuses a value
// that cannot be quoted safely with [ErrUnquotable], so a filter never matches
// more than it says. [DeviceQuery] holds the rest: the partner to start from,
// order, exclusions, a moment in the past, totals.
//
// Pages are fetched while the caller goes on, one page ahead; [AllDevices]
// returns all devices at once. Only an empty page ends a list, so no row is
// lost to a server that returns short pages. A device that shifts between pages
// meanwhile comes exactly once. A server that repeats its pages causes an error
// after a few requests. An answer that is much larger than what was asked for
// is not read to its end. An answer that cannot be read, or is not UTF-8, is an
// error and never an empty list; [WithLatin1] is for deployments that write
// Latin-1.
//
// # Partners
//
// [Client.Partners] returns a partner and everything below it in two calls.
// [NewTree] then finds the end customer of a device without a request. A
// customer's external code can hold a tag that names its ConnectWise company.
// [ParseReference], [ParseReferences] and [EditReference] read and edit the
// tag, in upper or lower case; [Client.SetReference] stores it. All keep other
// text in the code.
//
// # Sessions and their errors
//
// [Client.Sessions] and [Client.SessionErrors] need an account:
// [Client.Account] returns one, [Client.Accounts] those of all devices of a
// partner. The newest errors of a system cost one request if the query has a
// limit and a start time; see [SessionErrorQuery]. Answers about systems come
// from their storage node, answers about Microsoft 365 tenants from the
// reporting service; the methods are the same. A device's token is sent to its
// own node only. Self-hosted nodes sign their own certificates, which causes an
// [UntrustedNodeError]; [WithStorageNodeTLS] can pin such a certificate.
//
// # Errors
//
// An error that the API answers is an [*Error] with everything the API said.
// Test its class with errors.Is: [ErrUnauthorized], [ErrForbidden],
// [ErrNotFound], [ErrInvalid], [ErrRateLimited] or [ErrServer]. [ErrMalformed]
// means that an answer could not be read. Reads are repeated after transport
// errors and gateway errors, with back-off. A write that may have been executed
// is never sent again: it ends in [ErrOutcomeUnknown]. The server checks the
// visa first. So when it refuses a visa, reads and those writes that set a
// value (Modify, Set, Update, Remove) are sent again with a new one; other
// writes are not.
//
// # Other methods
//
// [Client.Call] calls any of the Management Service's methods.
//
// docs/facts/cove-api.md lists what is known about the API, each fact with its
// source.
package cove
