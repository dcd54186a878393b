// Package connectwisetest is an in-memory ConnectWise PSA to test against.
package connectwisetest

import (
	"net/http"
	"time"
)

// Server is an in-memory ConnectWise PSA. It is an [http.Handler] and safe for
// concurrent use. The same seeds and requests give the same answers.
type Server struct {
	// URL is scheme, host and port of a started server, "" before.
	URL string
}

// NewServer makes a tenant that listens nowhere: use it as a handler or
// through Transport. It holds the rows every tenant has (priorities,
// severities, impacts, sources, company statuses and types, a location, a
// department), the administrator "admin" and the API member "apimember",
// whose keys Credentials returns. Boards and companies are the caller's.
func NewServer(cfg Config) *Server { panic("building") }

// Start is NewServer listening on a free port of 127.0.0.1. Close it.
func Start(cfg Config) *Server { panic("building") }

// StartTLS is Start over https with a certificate of its own; Client trusts it.
func StartTLS(cfg Config) *Server { panic("building") }

// Close stops a started server and drops its connections.
func (s *Server) Close() { panic("building") }

// Client is an HTTP client for a started server.
func (s *Server) Client() *http.Client { panic("building") }

// Transport serves requests in memory, without a socket: whatever their host,
// they reach this server. Faults come out as errors. It works inside
// testing/synctest bubbles.
func (s *Server) Transport() http.RoundTripper { panic("building") }

// Credentials are those of the API member every server has.
func (s *Server) Credentials() Credentials { panic("building") }

// ServeHTTP implements [http.Handler].
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) { panic("building") }

// SetListLag changes Config.ListLag for the writes that follow.
func (s *Server) SetListLag(d time.Duration) { panic("building") }

// Inject adds faults. They work side by side; of several that match a request
// the first one injected decides.
func (s *Server) Inject(faults ...Fault) { panic("building") }

// ClearFaults removes all faults.
func (s *Server) ClearFaults() { panic("building") }

// Requests is the log of all requests since the start or the last ResetRequests.
func (s *Server) Requests() []Request { panic("building") }

// Calls is the number of requests since the start or the last ResetRequests.
func (s *Server) Calls() int { panic("building") }

// Count is the number of requests with this method ("" for any) whose path
// contains this text below apis/3.0/ ("" for any).
func (s *Server) Count(method, path string) int { panic("building") }

// ResetRequests empties the log and starts counting again.
func (s *Server) ResetRequests() { panic("building") }

// Mails are the mails that would have gone out, oldest first.
func (s *Server) Mails() []Mail { panic("building") }

// AddBoard adds a board with its statuses, types, subtypes, items and teams.
// Seeds that cannot work (a company that is not there, a name that is too
// long) panic: they are faults of the test.
func (s *Server) AddBoard(b Board) int64 { panic("building") }

// AddPriority adds a priority.
func (s *Server) AddPriority(p Priority) int64 { panic("building") }

// AddCompany adds a company with its sites.
func (s *Server) AddCompany(c Company) int64 { panic("building") }

// EditCompany changes a company.
func (s *Server) EditCompany(id int64, change func(*Company)) { panic("building") }

// AddContact adds a contact.
func (s *Server) AddContact(c Contact) int64 { panic("building") }

// AddConfiguration adds a configuration.
func (s *Server) AddConfiguration(c Configuration) int64 { panic("building") }

// AddMember adds a member.
func (s *Server) AddMember(m Member) int64 { panic("building") }

// EditMember changes a member, its role and keys included.
func (s *Server) EditMember(identifier string, change func(*Member)) { panic("building") }

// AddCustomField defines a custom field.
func (s *Server) AddCustomField(f CustomField) int64 { panic("building") }

// AddTicket adds a ticket.
func (s *Server) AddTicket(t Ticket) int64 { panic("building") }

// AddNote adds a note to a ticket.
func (s *Server) AddNote(ticket int64, n Note) int64 { panic("building") }

// Ticket is a snapshot of a ticket.
func (s *Server) Ticket(id int64) (Ticket, bool) { panic("building") }

// Tickets are snapshots of all tickets by id.
func (s *Server) Tickets() []Ticket { panic("building") }

// Notes are snapshots of the notes of a ticket by id.
func (s *Server) Notes(ticket int64) []Note { panic("building") }

// Board is a snapshot of the board of this name with its statuses.
func (s *Server) Board(name string) (Board, bool) { panic("building") }

// Companies are snapshots of all companies by id.
func (s *Server) Companies() []Company { panic("building") }

// FullRole is a role that may do everything, to take from.
func FullRole() []Permission { panic("building") }
