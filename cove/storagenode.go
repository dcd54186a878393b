package cove

import (
	"bytes"
	"encoding/json"
	"strings"
)

// A StorageNode is the server that stores a device's backups and answers
// queries about its sessions.
type StorageNode struct {
	ID         int64
	Name       string
	Host       string // host and port, lower case; empty when unknown
	LocationID int64
	StorageID  int64
}

// UnmarshalJSON reads the API struct NodeInfo.
func (n *StorageNode) UnmarshalJSON(data []byte) error {
	var w struct {
		ID         int64 `json:"Id"`
		LocationID int64 `json:"LocationId"`
		CommonInfo struct {
			Host      string `json:"Host"`
			Name      string `json:"Name"`
			StorageID int64  `json:"StorageId"`
		} `json:"CommonInfo"`
	}
	if err := json.Unmarshal(data, &w); err != nil {
		return err
	}
	*n = StorageNode{ID: w.ID, Name: w.CommonInfo.Name, Host: strings.ToLower(w.CommonInfo.Host), LocationID: w.LocationID, StorageID: w.CommonInfo.StorageID}
	return nil
}

func (n *StorageNode) valid() bool { return n.ID != 0 }

// nodeList is the answer of EnumerateStorageNodesByAccountId: a list of nodes,
// an object with such a list, or one node.
type nodeList []StorageNode

// UnmarshalJSON reads all three forms.
func (l *nodeList) UnmarshalJSON(data []byte) error {
	var object struct{ StorageNodes json.RawMessage }
	if json.Unmarshal(data, &object) == nil && object.StorageNodes != nil {
		data = object.StorageNodes
	}
	if !bytes.HasPrefix(bytes.TrimSpace(data), []byte("[")) {
		data = append(append([]byte("["), data...), ']')
	}
	var nodes rows[StorageNode]
	err := nodes.UnmarshalJSON(data)
	*l = nodes.list
	return err
}
