package cove

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/covedesk/covedesk/internal/transport"
)

// An UntrustedNodeError says that a storage node's certificate is not trusted.
// Self-hosted nodes sign their own; WithStorageNodeTLS can pin it.
type UntrustedNodeError struct {
	Host string // host and port
	Err  error  // what the verification said
}

// Error names the node and the way out.
func (e *UntrustedNodeError) Error() string {
	return fmt.Sprintf("cove: the certificate of storage node %s is not trusted; self-hosted nodes sign their own, which WithStorageNodeTLS can pin: %v", e.Host, e.Err)
}

// Unwrap returns what the verification said.
func (e *UntrustedNodeError) Unwrap() error { return e.Err }

// WithStorageNodeTLS gives the TLS settings for storage nodes, for self-hosted
// ones with certificates of their own. The function is called once for each
// node with its host and port; nil means the usual settings.
func WithStorageNodeTLS(settings func(host string) *tls.Config) Option {
	return func(o *options) error {
		o.nodeTLS = settings
		return nil
	}
}

// nodeTimeout bounds one request to a storage node, which answers for one
// device only.
const nodeTimeout = 30 * time.Second

// nodes holds what requests to storage nodes pass through, by host.
type nodes struct {
	mu     sync.Mutex
	byHost map[string]*transport.Chain
}

// node returns the client for a storage node.
func (c *Client) node(host string) (*transport.Chain, error) {
	c.nodes.mu.Lock()
	defer c.nodes.mu.Unlock()
	if have := c.nodes.byHost[host]; have != nil {
		return have, nil
	}
	hc := http.Client{}
	if c.httpClient != nil {
		hc = *c.httpClient
	}
	if c.nodeTLS != nil {
		if settings := c.nodeTLS(host); settings != nil {
			base, ok := hc.Transport.(*http.Transport)
			if hc.Transport == nil {
				base, ok = http.DefaultTransport.(*http.Transport)
			}
			if !ok {
				return nil, errors.New("cove: WithStorageNodeTLS needs an http.Client whose transport is an *http.Transport")
			}
			base = base.Clone()
			base.TLSClientConfig = settings.Clone() // a transport writes into its own
			hc.Transport = base
		}
	}
	config := c.chain()
	config.Timeout = nodeTimeout
	// A node is another server: what it can bear says nothing about the API.
	config.Gate, config.Limiter = transport.NewGate(transport.GateConfig{Rate: slowest}), newPace()
	made := transport.New(&hc, config)
	c.nodes.byHost[host] = made
	return made, nil
}

// nodeParams address a device at its storage node.
type nodeParams struct {
	AccountID int64     `json:"accountId"`
	Account   string    `json:"account"`
	Token     string    `json:"token"`
	SessionID *int64    `json:"sessionId,omitempty"`
	GroupID   *int64    `json:"groupId,omitempty"`
	Query     string    `json:"query"`
	OrderBy   string    `json:"orderBy"`
	Range     listRange `json:"range"`
}

// listRange is the part of a list that is asked for.
type listRange struct {
	Offset int `json:"Offset"`
	Size   int `json:"Size"`
}

// askNode calls the Reporting Service of a device's storage node. The token
// goes there and nowhere else, over https; the visa stays at home.
func (c *Client) askNode(ctx context.Context, a *Account, method string, params nodeParams, result any) error {
	var err error
	if params.Token, err = a.secret(); err != nil {
		return err
	}
	params.AccountID, params.Account = a.ID, a.Name
	address, err := nodeAddress(a.Node.Host)
	if err != nil {
		return err
	}
	node, err := c.node(a.Node.Host)
	if err != nil {
		return err
	}
	req := request{Version: "2.0", ID: "1", Method: method, Params: params}
	err = c.post(ctx, node, address.String(), method, req, nil, func(body []byte) (envelope, error) {
		return (&outer{value: result}).decode(body)
	})
	if e := (*Error)(nil); errors.As(err, &e) && e.Data == CodeVisa && address.Hostname() == c.base.Hostname() {
		// A node on the host the visa belongs to may ask for it.
		pass, passErr := c.pass(ctx)
		if passErr != nil {
			return passErr
		}
		req.Visa = pass.token
		err = c.post(ctx, node, address.String(), method, req, nil, func(body []byte) (envelope, error) {
			return (&outer{value: result}).decode(body)
		})
		pass.done(err)
	} else if e != nil && e.Data == CodeVisa {
		err = fmt.Errorf("cove: storage node %s wants the API's visa, which goes to the API's own host only: %w", a.Node.Host, err)
	}
	return untrusted(a.Node.Host, err)
}

// nodeAddress makes the address of a storage node's Reporting Service.
func nodeAddress(host string) (*url.URL, error) {
	u, err := url.Parse("https://" + host + "/repserv_json")
	if err != nil || host == "" || u.Host != host || u.Hostname() == "" {
		return nil, fmt.Errorf("%w: %q is no host of a storage node", ErrMalformed, host)
	}
	return u, nil
}

// untrusted recognizes a failed verification.
func untrusted(host string, err error) error {
	var verification *tls.CertificateVerificationError
	var authority x509.UnknownAuthorityError
	var name x509.HostnameError
	if errors.As(err, &verification) || errors.As(err, &authority) || errors.As(err, &name) {
		return &UntrustedNodeError{Host: host, Err: err}
	}
	return err
}

// plugins are the numbers that the Reporting Service has for data sources.
var plugins = map[DataSource][]int{
	SourceFilesAndFolders: {1},
	SourceExchange:        {4},
	SourceM365SharePoint:  {5},
	SourceNetworkShares:   {6},
	SourceSystemState:     {7, 18},
	SourceVSSSystemState:  {7},
	SourceVMware:          {8},
	SourceMSSQL:           {10},
	SourceSharePoint:      {5, 11},
	SourceOracle:          {12},
	SourceHyperV:          {14},
	SourceMySQL:           {15},
	SourceVirtualRecovery: {16},
	SourceM365Exchange:    {19},
	SourceM365OneDrive:    {20},
	SourceM365Teams:       {23},
}

// sourceOfPlugin reads a plug-in's name, or its number as text.
func sourceOfPlugin(name string) DataSource {
	switch name {
	case "FileSystem", "1":
		return SourceFilesAndFolders
	case "VssExchange", "4":
		return SourceExchange
	case "VssSharePoint", "5", "11":
		return SourceSharePoint
	case "NetworkShares", "6":
		return SourceNetworkShares
	case "VssSystemState", "SystemState", "LinuxSystemState", "7", "18":
		return SourceSystemState
	case "VMWare", "8":
		return SourceVMware
	case "VssMsSql", "VssSql", "10":
		return SourceMSSQL
	case "Oracle", "12":
		return SourceOracle
	case "VssHyperV", "14":
		return SourceHyperV
	case "MySql", "15":
		return SourceMySQL
	case "16":
		return SourceVirtualRecovery
	case "SharePointOnline":
		return SourceM365SharePoint
	case "ExchangeOnline", "19":
		return SourceM365Exchange
	case "OneDrive", "20":
		return SourceM365OneDrive
	case "Teams", "23":
		return SourceM365Teams
	}
	return 0
}

// anyText is a member that some nodes send as text and others as a number.
type anyText string

// UnmarshalJSON takes a string or a number.
func (t *anyText) UnmarshalJSON(data []byte) error {
	var s string
	if json.Unmarshal(data, &s) == nil {
		*t = anyText(s)
		return nil
	}
	*t = anyText(data)
	return nil
}

type sessionWire struct {
	ID                int64    `json:"Id"`
	PluginID          anyText  `json:"PluginId"`
	Type              anyText  `json:"Type"`
	Status            anyText  `json:"Status"`
	StartTime         unixTime `json:"StartTime"`
	EndTime           unixTime `json:"EndTime"`
	BackupStartTime   unixTime `json:"BackupStartTime"`
	ErrorsCount       int64    `json:"ErrorsCount"`
	Flags             []string `json:"Flags"`
	SelectedSize      Bytes    `json:"SelectedSize"`
	ProcessedSize     Bytes    `json:"ProcessedSize"`
	ChangedSize       Bytes    `json:"ChangedSize"`
	SentSize          Bytes    `json:"SentSize"`
	SelectedCount     int64    `json:"SelectedCount"`
	ProcessedCount    int64    `json:"ProcessedCount"`
	ChangedCount      int64    `json:"ChangedCount"`
	RemovedFilesCount int64    `json:"RemovedFilesCount"`
	BuildVersion      string   `json:"BuildVersion"`
	DataSource        string   `json:"DataSource"` // Microsoft 365, and not always
	DataSourceType    string   `json:"DataSourceType"`
}

func (w *sessionWire) session() Session {
	s := Session{
		ID: w.ID, Source: sourceOfPlugin(string(w.PluginID)), Type: string(w.Type), Start: w.BackupStartTime.Time, End: w.EndTime.Time,
		Errors: w.ErrorsCount, SelectedSize: w.SelectedSize, ProcessedSize: w.ProcessedSize, ChangedSize: w.ChangedSize, SentSize: w.SentSize,
		SelectedCount: w.SelectedCount, ProcessedCount: w.ProcessedCount, ChangedCount: w.ChangedCount, RemovedCount: w.RemovedFilesCount,
		Flags: w.Flags, Version: w.BuildVersion,
	}
	if s.Start.IsZero() {
		s.Start = w.StartTime.Time
	}
	if s.Status.UnmarshalText([]byte(w.Status)) != nil {
		s.Status = StatusUnknown // a name to come is no reason to lose the session
	}
	return s
}

// sessionPageSize is the largest range seen with other clients.
const sessionPageSize = 500

func (c *Client) systemSessions(ctx context.Context, a *Account, q *SessionQuery, start int) (sessionPage, error) {
	conditions := []string{"0 != 1"} // an empty query has not been seen
	if q.Source != 0 {
		numbers, ok := plugins[q.Source]
		if !ok {
			return sessionPage{}, fmt.Errorf("cove: sessions of %s cannot be queried: %w", q.Source.Name(), ErrInvalid)
		}
		conditions = append(conditions, anyOf("Plugin == ", " or ", numbers))
	}
	if len(q.Statuses) > 0 {
		conditions = append(conditions, anyOf("Status == ", " or ", q.Statuses))
	}
	if len(q.Without) > 0 {
		conditions = append(conditions, anyOf("Status != ", " and ", q.Without))
	}
	if !q.Since.IsZero() {
		conditions = append(conditions, "BackupStartTime >= "+strconv.FormatInt(q.Since.Unix(), 10))
	}
	if !q.Until.IsZero() {
		conditions = append(conditions, "BackupStartTime <= "+strconv.FormatInt(q.Until.Unix(), 10))
	}
	size := sessionPageSize
	if q.Limit > 0 && q.Limit < size {
		size = q.Limit
	}
	var rows []sessionWire
	err := c.askNode(ctx, a, "QuerySessions", nodeParams{
		Query: strings.Join(conditions, " and "), OrderBy: "BackupStartTime DESC", Range: listRange{start, size},
	}, &rows)
	if err != nil {
		return sessionPage{}, err
	}
	page := sessionPage{asked: size}
	for i := range rows {
		s := rows[i].session()
		for _, number := range plugins[q.Source] { // names overlap for some
			if s.Source == sourceOfPlugin(strconv.Itoa(number)) {
				s.Source = q.Source
			}
		}
		page.sessions = append(page.sessions, s)
	}
	return page, nil
}

// anyOf writes the same comparison for several numbers.
func anyOf[N int | SessionStatus](comparison, join string, numbers []N) string {
	parts := make([]string, len(numbers))
	for i, n := range numbers {
		parts[i] = comparison + strconv.Itoa(int(n))
	}
	return "(" + strings.Join(parts, join) + ")"
}

type errorWire struct {
	ID        int64    `json:"Id"`
	SessionID int64    `json:"SessionId"`
	Code      int64    `json:"Code"`
	Text      string   `json:"Text"`
	Filename  string   `json:"Filename"`
	Count     int64    `json:"Count"`
	Time      unixTime `json:"Time"`
}

func (c *Client) systemErrors(ctx context.Context, a *Account, q *SessionErrorQuery) ([]SessionError, error) {
	conditions := []string{"0 != 1"}
	if q.SessionID != 0 {
		conditions = append(conditions, "SessionId == "+strconv.FormatInt(q.SessionID, 10))
	}
	if !q.Since.IsZero() {
		conditions = append(conditions, "Time >= "+strconv.FormatInt(q.Since.Unix(), 10))
	}
	size, group, limit := sessionPageSize, int64(0), q.Limit
	if q.Source != 0 && q.SessionID == 0 {
		limit = 0 // an error does not say its source: those of others come too
	}
	if limit > 0 && limit < size {
		size = limit
	}
	var all []SessionError
	seen := make(map[int64]bool)
	for start := 0; ; {
		var rows []errorWire
		err := c.askNode(ctx, a, "QueryErrors", nodeParams{
			SessionID: &q.SessionID, GroupID: &group, Query: strings.Join(conditions, " and "), OrderBy: "Time DESC", Range: listRange{start, size},
		}, &rows)
		if err != nil {
			return nil, err
		}
		fresh := false
		for _, w := range rows {
			if w.ID == 0 {
				return nil, fmt.Errorf("%w: a session error without an Id", ErrMalformed)
			}
			if seen[w.ID] {
				continue
			}
			seen[w.ID], fresh = true, true
			if q.SessionID != 0 && w.SessionID != q.SessionID {
				continue
			}
			all = append(all, SessionError{
				ID: w.ID, SessionID: w.SessionID, Source: q.Source, Code: w.Code, Text: cleanMessage(w.Text), Item: w.Filename,
				Count: max(w.Count, 1), Time: w.Time.Time,
			})
		}
		start += len(rows)
		if !fresh || len(rows) < size || limit > 0 && len(all) >= limit {
			break
		}
	}
	if q.Source == 0 || q.SessionID != 0 {
		return all, nil
	}
	return c.ofSource(ctx, a, all, q.Source)
}

// ofSource keeps the errors of one source's sessions. An error can be younger
// than a bound and its session older, so sessions are read back to the oldest
// that is named: their numbers rise.
func (c *Client) ofSource(ctx context.Context, a *Account, all []SessionError, s DataSource) ([]SessionError, error) {
	if len(all) == 0 {
		return nil, nil
	}
	oldest := all[0].SessionID
	for i := range all {
		oldest = min(oldest, all[i].SessionID)
	}
	of := make(map[int64]bool)
	err := c.eachSession(ctx, a, &SessionQuery{Source: s}, func(session *Session) bool {
		of[session.ID] = session.Source == s
		return session.ID >= oldest
	})
	return slices.DeleteFunc(all, func(e SessionError) bool { return !of[e.SessionID] }), err
}

// errorFiles lists the items of a group of errors.
func (c *Client) errorFiles(ctx context.Context, a *Account, e *SessionError) ([]string, error) {
	var rows []struct {
		Path     string `json:"Path"`
		Filename string `json:"Filename"` // some nodes call it this
	}
	err := c.askNode(ctx, a, "EnumerateSessionErrorsGroupDetails", nodeParams{
		SessionID: &e.SessionID, GroupID: &e.ID, Query: "0 != 1", OrderBy: "Time DESC", Range: listRange{0, sessionPageSize},
	}, &rows)
	if err != nil {
		return nil, err
	}
	var files []string
	for _, r := range rows {
		if r.Path == "" {
			r.Path = r.Filename
		}
		if r.Path != "" {
			files = append(files, r.Path)
		}
	}
	return files, nil
}
