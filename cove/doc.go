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
// customer (and whoever is above and below one), an account is a device, a
// product is a retention policy, a profile is a backup profile.
//
// # Logging in
//
// A client logs in by itself before the first call and keeps the visa it gets
// in memory. Every answer brings the visa for the next call, so a client in use
// logs in once; one that rested for longer than a visa lives, 15 minutes, logs
// in again. Calls of many goroutines share one visa and one login. Credentials
// that were refused are not tried a second time, because the API locks users
// that fail repeatedly: make a new client.
//
// A [Client] is immutable and safe for concurrent use. [Client.With] derives
// one with other options that shares visa and pace. By default a client sends
// 4 requests a second, rising to 10 while all goes well, and has at most 8
// under way; [WithLimiter] changes that.
//
// # Columns
//
// Device statistics come as columns with codes. A struct says in its tags which
// ones it wants, and [Devices] asks for those and fills it. [Device] is such a
// struct, with what monitoring needs; embed it, or write one of your own:
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
// its field zero, and for a time "0" does too: the API does not tell never,
// nothing and unknown apart.
//
// Tags in lower case stand for what belongs to the row rather than to a column:
//
//	account    int64               the account id, always there
//	partner    int64               the partner that owns the device
//	flags      []string            account flags
//	rest       map[string]string   the values of DeviceQuery.Columns
//	malformed  []ColumnError       values that could not be read
//	refused    []string            columns that this user may not read
//
// A wrong tag is an error at first use. A value that cannot be read ends the
// enumeration with a [*ColumnError], or, where the struct has a field tagged
// malformed, is listed there. Columns that a tenant does not let its user read
// are left out: every row lists them in a field tagged refused, and without one
// the enumeration begins with a [*RefusedColumnsError], behind which the rows
// come all the same. Look at either before a zero is taken for a value.
//
// Every column has up to two spellings. [LookupColumn] and [Columns] are the
// catalogue: both spellings, name, type and source. The numbers cross in two
// places, new F06 being legacy 7 and new F07 legacy 6, so nothing here computes
// one spelling from the other.
//
// # Queries
//
// [Where] writes filters in the API's language with placeholders, as
// database/sql does, and quotes every value by its type. What cannot be quoted
// without risk is refused with [ErrUnquotable]; a filter never matches more
// than it says. [DeviceQuery] holds the rest: the partner to start from, order,
// exclusions, a moment in the past, totals.
//
// Pages are fetched as the caller goes on, one ahead; [AllDevices] gathers them.
// A list ends with an empty page and not with a short one, so that servers which
// cut their pages lose no row. Devices that shift between pages while they are
// read come once and are not missed. A server that repeats its pages ends in an
// error after a few requests. Pages are read as far as what was asked for can
// reach. An answer that cannot be read, and one that is not UTF-8, is an error
// and never an empty list; [WithLatin1] is for deployments that write Latin-1.
//
// # Partners
//
// [Client.Partners] returns a partner and everything below it in two calls;
// [NewTree] answers whose customer a device is without any more. A customer's
// external code can hold the tag of its ConnectWise company, which
// [ParseReference], [ParseReferences] and [EditReference] read and write, in
// whatever letters it stands there, and [Client.SetReference] stores, without
// disturbing other text.
//
// # Sessions and their errors
//
// [Client.Account] returns what [Client.Sessions] and [Client.SessionErrors]
// need, [Client.Accounts] does so for all devices of a partner at once. The
// newest errors of a system cost one request when they are asked for since a
// time that the device's columns know; see [SessionErrorQuery]. Systems are
// answered for by their storage node, Microsoft 365 tenants by a service beside
// the API; the methods are the same. The device's token goes to its own node
// only. Self-hosted nodes sign their own certificates: that is an
// [UntrustedNodeError], and [WithStorageNodeTLS] can pin one.
//
// # Errors
//
// What the API refused is an [*Error] with everything it said; errors.Is sorts
// it into [ErrUnauthorized], [ErrForbidden], [ErrNotFound], [ErrInvalid],
// [ErrRateLimited] and [ErrServer]. [ErrMalformed] is an answer that could not
// be read. Reads are repeated after transport errors and gateway errors, with
// back-off. A write that may have been executed is never sent again: it ends in
// [ErrOutcomeUnknown]. After a refused visa, which the server looks at first,
// reads and writes that set a value (Modify, Set, Update, Remove) are sent again
// with a new one, and others are not.
//
// # Other methods
//
// [Client.Call] calls any of the Management Service's methods.
//
// What is known about the API, each fact with its source, stands in
// docs/facts/cove-api.md.
package cove
