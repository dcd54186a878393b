package cove

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"sync"
	"time"
)

// An Account is what the API knows about a device apart from its statistics
// (API struct AccountInfo). It carries the device's token, which
// [Client.Sessions] needs. Printing or logging an account does not show the
// token. The API sends the installation password too; it is not kept.
type Account struct {
	ID                int64       `json:"Id"`
	PartnerID         int64       `json:"PartnerId"`
	Name              string      `json:"Name"` // unique login name of the device, column AN
	Alias             string      `json:"NameAlias"`
	Type              string      `json:"Type"` // "BackupManager", "Office365" or "GSuite"
	ProductID         int64       `json:"ProductId"`
	ProfileID         int64       `json:"ProfileId"`
	StorageID         int64       `json:"StorageId"`
	LocationID        int64       `json:"LocationId"`
	StorageLocationID int64       `json:"StorageLocationId"`
	Flags             []string    `json:"Flags"` // "Trial", "AutoDeployed"
	Created           time.Time   `json:"Created,omitzero"`
	Expires           time.Time   `json:"Expires,omitzero"` // zero: never
	Removed           time.Time   `json:"Removed,omitzero"` // zero: not removed
	Node              StorageNode `json:"Node"`

	hidden func() *accountSecrets // a function: fmt follows pointers when a verb does not fit the value, and would print the secrets
}

// accountSecrets holds what printing an account must not show.
type accountSecrets struct {
	token string

	mu   sync.Mutex
	host string // of the node; empty until [Client.homeNode] asks for it
}

// UnmarshalJSON reads the API struct AccountInfo.
func (a *Account) UnmarshalJSON(data []byte) error {
	type plain Account
	w := struct {
		plain
		CreationTime, ExpirationTime, RemovalTime unixTime
		Token                                     string
	}{}
	if err := json.Unmarshal(data, &w); err != nil {
		return err
	}
	if w.ID == 0 {
		return errors.New("an account without an Id")
	}
	*a = Account(w.plain)
	w.CreationTime.into(&a.Created)
	w.ExpirationTime.into(&a.Expires)
	w.RemovalTime.into(&a.Removed)
	hidden := &accountSecrets{token: w.Token}
	a.hidden = func() *accountSecrets { return hidden }
	return nil
}

// String names the account, without its token.
func (a *Account) String() string { return fmt.Sprintf("cove.Account{ID: %d, Name: %s}", a.ID, a.Name) }

// GoString names the account, without its token.
func (a *Account) GoString() string { return a.String() }

// LogValue names the account, without its token.
func (a *Account) LogValue() slog.Value {
	return slog.GroupValue(slog.Int64("id", a.ID), slog.String("name", a.Name))
}

// M365 tells whether the account is a Microsoft 365 tenant.
func (a *Account) M365() bool { return a != nil && a.Type == "Office365" }

// Account returns a device's account with its storage node (API method
// GetAccountInfoById). The device's token never changes, but the device can
// move to another node: keep an account for one run, not for days.
func (c *Client) Account(ctx context.Context, accountID int64) (*Account, error) {
	a, err := c.account(ctx, "GetAccountInfoById", map[string]any{"accountId": accountID})
	if err == nil && a.ID != accountID {
		return nil, fmt.Errorf("cove: GetAccountInfoById: %w: asked for account %d, answered %d", ErrMalformed, accountID, a.ID)
	}
	return a, err
}

// Accounts returns the accounts of the devices that a partner owns itself,
// without those of partners below it. It makes one or two requests, however
// many accounts there are (API methods EnumerateAccounts and
// EnumerateStorageNodesByAccountId). Zero means the partner that the user
// belongs to. The API refuses the list to some users: [ErrForbidden];
// [Client.Account] may work for them.
//
// The API's list does not name the storage node of each device. When a storage
// has only one node, Node is filled in. Otherwise Node is zero, and
// [Client.Sessions] asks the API for it.
func (c *Client) Accounts(ctx context.Context, partnerID int64) ([]Account, error) {
	partnerID, err := c.orHome(ctx, partnerID)
	if err != nil {
		return nil, err
	}
	all, err := list[Account](ctx, c, "EnumerateAccounts", map[string]any{"partnerId": partnerID})
	if err != nil {
		return nil, err
	}
	var systems []int64
	for i := range all {
		if !all[i].M365() {
			systems = append(systems, all[i].ID)
		}
	}
	if len(systems) == 0 {
		return all, nil
	}
	var nodes nodeList
	err = c.call(ctx, "EnumerateStorageNodesByAccountId", map[string]any{"accounts": systems}, &outer{value: &nodes})
	if e := (*Error)(nil); errors.As(err, &e) && e.Status == http.StatusOK || errors.Is(err, ErrMalformed) {
		return all, nil // the nodes are asked for one by one
	}
	if err != nil {
		return nil, err
	}
	byStorage := make(map[int64]StorageNode)
	for _, node := range nodes {
		// The same node may be listed once for each account.
		if other, second := byStorage[node.StorageID]; second && other.ID != node.ID {
			byStorage[node.StorageID] = StorageNode{} // two nodes: the API does not say which one
		} else {
			byStorage[node.StorageID] = node
		}
	}
	for i := range all {
		if !all[i].M365() {
			all[i].Node = byStorage[all[i].StorageID]
		}
	}
	return all, nil
}

// AccountByToken returns the account that a device token belongs to (API method
// GetAccountInfoByToken). Some servers leave the storage node out of the
// answer; [Client.Account] with the account's ID returns it.
func (c *Client) AccountByToken(ctx context.Context, token string) (*Account, error) {
	return c.account(ctx, "GetAccountInfoByToken", map[string]any{"token": token})
}

func (c *Client) account(ctx context.Context, method string, params any) (*Account, error) {
	a := new(Account)
	var node StorageNode
	if err := c.call(ctx, method, params, &outer{value: a, out: map[string]any{"homeNodeInfo": &node}}); err != nil {
		return nil, err
	}
	a.Node = node
	return a, nil
}

// secret returns the account's token.
func (a *Account) secret() (string, error) {
	if a == nil || a.hidden == nil || a.hidden().token == "" {
		return "", fmt.Errorf("cove: an account without a token; get it with Client.Account, and with the right to see it: %w", ErrForbidden)
	}
	return a.hidden().token, nil
}

// homeNode returns the host of an account's storage node. It asks the API once,
// for accounts whose Node is zero.
func (c *Client) homeNode(ctx context.Context, a *Account) (string, error) {
	hidden := a.hidden()
	hidden.mu.Lock()
	defer hidden.mu.Unlock()
	if hidden.host == "" {
		whole, err := c.Account(ctx, a.ID)
		if err != nil {
			return "", err
		}
		hidden.host = whole.Node.Host
	}
	return hidden.host, nil
}
