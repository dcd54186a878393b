package cove

import (
	"encoding/json"
	"errors"
	"time"
)

// A User is a console or API user (API struct UserInfo).
type User struct {
	ID         int64
	PartnerID  int64 // the partner the user belongs to
	Name       string
	Email      string
	FirstName  string
	FullName   string
	Title      string
	Phone      string
	RoleID     int64
	Flags      []string // "SecurityOfficer", "NonInteractive"
	FirstLogin time.Time
	LastLogin  time.Time
	TwoFactor  string // "Enabled" or "Disabled"
}

type userWire struct {
	ID             int64    `json:"Id"`
	PartnerID      int64    `json:"PartnerId"`
	Name           string   `json:"Name"`
	EmailAddress   string   `json:"EmailAddress"`
	FirstName      string   `json:"FirstName"`
	FullName       string   `json:"FullName"`
	Title          string   `json:"Title"`
	PhoneNumber    string   `json:"PhoneNumber"`
	RoleID         int64    `json:"RoleId"`
	Flags          []string `json:"Flags"`
	FirstLoginTime unixTime `json:"FirstLoginTime"`
	LastLoginTime  unixTime `json:"LastLoginTime"`
	TwoFactor      string   `json:"TwoFactorAuthenticationStatus"`
}

// UnmarshalJSON reads the API struct UserInfo.
func (u *User) UnmarshalJSON(data []byte) error {
	var w userWire
	if err := json.Unmarshal(data, &w); err != nil {
		return err
	}
	if w.ID == 0 {
		return errors.New("a user without an Id")
	}
	*u = User{
		ID: w.ID, PartnerID: w.PartnerID, Name: w.Name, Email: w.EmailAddress, FirstName: w.FirstName, FullName: w.FullName,
		Title: w.Title, Phone: w.PhoneNumber, RoleID: w.RoleID, Flags: w.Flags,
		FirstLogin: w.FirstLoginTime.Time, LastLogin: w.LastLoginTime.Time, TwoFactor: w.TwoFactor,
	}
	return nil
}
