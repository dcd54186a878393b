package callback

import (
	"encoding/json"
	"errors"
	"fmt"
)

// Action is what happened to a record.
type Action string

// The actions.
const (
	Added   Action = "added"
	Updated Action = "updated"
	Deleted Action = "deleted"
)

// Event is one change of one record, read from the body of a delivery.
type Event struct {
	Action   Action
	Type     string // type id of the record in lower case: "ticket", "company", ...
	ID       int64  // id of the record
	Callback int64  // id of the callback that subscribed to the change
	Member   string // identifier of the member who made the change
	Company  string // login company id of the tenant

	// Message is the id of this delivery. A repeated delivery has the same id.
	Message string

	// Entity is the record as JSON, nil for a deleted record. It has fewer
	// members than the record in the API: for example, a contact lacks its
	// communication items, types and custom fields.
	Entity json.RawMessage

	From            string // host of the tenant
	Partner         string // PartnerId
	ProductInstance string // ProductInstanceId, one for each tenant
}

// envelope is an [Event] on the wire.
type envelope struct {
	Action              Action          `json:"Action"`
	CallbackObjectRecID json.Number     `json:"CallbackObjectRecId"`
	CompanyID           string          `json:"CompanyId"`
	Entity              json.RawMessage `json:"Entity"`
	FromURL             string          `json:"FromUrl"`
	ID                  json.Number     `json:"ID"`
	MemberID            string          `json:"MemberId"`
	MessageID           string          `json:"MessageId"`
	Metadata            struct {
		KeyURL string `json:"key_url"`
	} `json:"Metadata"`
	PartnerID         string `json:"PartnerId"`
	ProductInstanceID string `json:"ProductInstanceId"`
	Type              string `json:"Type"`
}

// parse reads a delivery's body: the event and the URL of its signing key.
func parse(body []byte) (Event, string, error) {
	var w envelope
	if err := json.Unmarshal(body, &w); err != nil {
		return Event{}, "", err
	}
	id, err := number(w.ID)
	if err != nil {
		return Event{}, "", fmt.Errorf("ID: %w", err)
	}
	callback, err := number(w.CallbackObjectRecID)
	if err != nil {
		return Event{}, "", fmt.Errorf("CallbackObjectRecId: %w", err)
	}
	entity, err := unwrap(w.Entity)
	if err != nil {
		return Event{}, "", fmt.Errorf("entity: %w", err)
	}
	return Event{
		Action: w.Action, Type: w.Type, ID: id, Callback: callback, Member: w.MemberID, Company: w.CompanyID,
		Message: w.MessageID, Entity: entity, From: w.FromURL, Partner: w.PartnerID, ProductInstance: w.ProductInstanceID,
	}, w.Metadata.KeyURL, nil
}

func number(n json.Number) (int64, error) {
	if n == "" {
		return 0, nil
	}
	return n.Int64()
}

// unwrap returns the record, which comes as null or as a string that holds
// JSON.
func unwrap(entity json.RawMessage) (json.RawMessage, error) {
	if len(entity) == 0 || string(entity) == "null" {
		return nil, nil
	}
	if entity[0] != '"' {
		return entity, nil
	}
	var text string
	_ = json.Unmarshal(entity, &text) // cannot fail: it was parsed before as part of the body
	if text == "" {
		return nil, nil
	}
	if !json.Valid([]byte(text)) {
		return nil, errors.New("not JSON")
	}
	return json.RawMessage(text), nil
}

// encode writes the event as a delivery's body.
func (e Event) encode(keyURL string) ([]byte, error) {
	w := envelope{
		Action: e.Action, CallbackObjectRecID: json.Number(fmt.Sprint(e.Callback)), CompanyID: e.Company, Entity: json.RawMessage("null"),
		FromURL: e.From, ID: json.Number(fmt.Sprint(e.ID)), MemberID: e.Member, MessageID: e.Message,
		PartnerID: e.Partner, ProductInstanceID: e.ProductInstance, Type: e.Type,
	}
	w.Metadata.KeyURL = keyURL
	if e.Entity != nil {
		text, err := json.Marshal(string(e.Entity))
		if err != nil {
			return nil, err
		}
		w.Entity = text
	}
	return json.Marshal(w)
}
