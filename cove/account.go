package cove

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"time"
)

// An Account is what the API knows about a device beside its statistics (API
// struct AccountInfo). It carries the device's token, which [Client.Sessions]
// needs; printing or logging an account does not show it. The installation
// password, which the API sends too, is not kept.
type Account struct {
	ID                int64
	PartnerID         int64
	Name              string // unique login name of the device, column AN
	Alias             string
	Type              string // "BackupManager", "Office365" or "GSuite"
	ProductID         int64
	ProfileID         int64
	StorageID         int64
	LocationID        int64
	StorageLocationID int64
	Flags             []string // "Trial", "AutoDeployed"
	Created           time.Time
	Expires           time.Time // zero: never
	Removed           time.Time // zero: not removed
	Node              StorageNode

	// A pointer, so that %+v shows an address.
	token *string
}

// A StorageNode is the server that keeps a device's backups and answers for
// its sessions.
type StorageNode struct {
	ID             int64
	Name           string
	Host           string // host and port, lower case; empty when unknown
	LocationID     int64
	StorageID      int64
	Mode           string   // "Operable"
	States         []string // "Online", "Full"
	TotalStorage   Bytes
	UsedStorage    Bytes
	Accounts       int64
	ActiveAccounts int64
	Updated        time.Time
}

type nodeWire struct {
	ID             int64 `json:"Id"`
	LocationID     int64 `json:"LocationId"`
	ActiveAccounts int64 `json:"ActiveAccounts"`
	TotalAccounts  int64 `json:"TotalAccounts"`
	CommonInfo     struct {
		Host      string `json:"Host"`
		Name      string `json:"Name"`
		StorageID int64  `json:"StorageId"`
	} `json:"CommonInfo"`
	ModeInfo struct {
		Mode string `json:"Mode"`
	} `json:"ModeInfo"`
	StateInfo struct {
		State           []string `json:"State"`
		TotalStorage    Bytes    `json:"TotalStorage"`
		UsedStorage     Bytes    `json:"UsedStorage"`
		UpdateTimestamp unixTime `json:"UpdateTimestamp"`
	} `json:"StateInfo"`
}

// UnmarshalJSON reads the API struct NodeInfo.
func (n *StorageNode) UnmarshalJSON(data []byte) error {
	var w nodeWire
	if err := json.Unmarshal(data, &w); err != nil {
		return err
	}
	*n = StorageNode{
		ID: w.ID, Name: w.CommonInfo.Name, Host: strings.ToLower(w.CommonInfo.Host), LocationID: w.LocationID, StorageID: w.CommonInfo.StorageID,
		Mode: w.ModeInfo.Mode, States: w.StateInfo.State, TotalStorage: w.StateInfo.TotalStorage, UsedStorage: w.StateInfo.UsedStorage,
		Accounts: w.TotalAccounts, ActiveAccounts: w.ActiveAccounts, Updated: w.StateInfo.UpdateTimestamp.Time,
	}
	return nil
}

type accountWire struct {
	ID                int64    `json:"Id"`
	PartnerID         int64    `json:"PartnerId"`
	Name              string   `json:"Name"`
	NameAlias         string   `json:"NameAlias"`
	Type              string   `json:"Type"`
	ProductID         int64    `json:"ProductId"`
	ProfileID         int64    `json:"ProfileId"`
	StorageID         int64    `json:"StorageId"`
	LocationID        int64    `json:"LocationId"`
	StorageLocationID int64    `json:"StorageLocationId"`
	Flags             []string `json:"Flags"`
	CreationTime      unixTime `json:"CreationTime"`
	ExpirationTime    unixTime `json:"ExpirationTime"`
	RemovalTime       unixTime `json:"RemovalTime"`
	Token             string   `json:"Token"`
}

// UnmarshalJSON reads the API struct AccountInfo.
func (a *Account) UnmarshalJSON(data []byte) error {
	var w accountWire
	if err := json.Unmarshal(data, &w); err != nil {
		return err
	}
	if w.ID == 0 {
		return errors.New("an account without an Id")
	}
	*a = Account{
		ID: w.ID, PartnerID: w.PartnerID, Name: w.Name, Alias: w.NameAlias, Type: w.Type, ProductID: w.ProductID, ProfileID: w.ProfileID,
		StorageID: w.StorageID, LocationID: w.LocationID, StorageLocationID: w.StorageLocationID, Flags: w.Flags,
		Created: w.CreationTime.Time, Expires: w.ExpirationTime.Time, Removed: w.RemovalTime.Time, token: &w.Token,
	}
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
// GetAccountInfoById). The token in it is permanent, the node may move; keep
// an account for a run, not for days.
func (c *Client) Account(ctx context.Context, accountID int64) (*Account, error) {
	a, err := c.account(ctx, "GetAccountInfoById", map[string]any{"accountId": accountID})
	if err == nil && a.ID != accountID {
		return nil, fmt.Errorf("cove: GetAccountInfoById: %w: asked for account %d, answered %d", ErrMalformed, accountID, a.ID)
	}
	return a, err
}

// AccountByToken returns the account that a device token belongs to (API
// method GetAccountInfoByToken). Its storage node is not part of the answer
// everywhere; [Client.Account] with the account's ID has it.
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
