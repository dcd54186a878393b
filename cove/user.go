package cove

import (
	"encoding/json"
	"errors"
	"time"
)

// A User is a console or API user (API struct UserInfo).
type User struct {
	ID         int64     `json:"Id"`
	PartnerID  int64     `json:"PartnerId"` // the partner the user belongs to
	Name       string    `json:"Name"`
	Email      string    `json:"EmailAddress"`
	FirstName  string    `json:"FirstName"`
	FullName   string    `json:"FullName"`
	Title      string    `json:"Title"`
	Phone      string    `json:"PhoneNumber"`
	RoleID     int64     `json:"RoleId"`
	Flags      []string  `json:"Flags"` // "SecurityOfficer", "NonInteractive"
	FirstLogin time.Time `json:"FirstLogin,omitzero"`
	LastLogin  time.Time `json:"LastLogin,omitzero"`
	TwoFactor  string    `json:"TwoFactorAuthenticationStatus"` // "Enabled" or "Disabled"
}

// UnmarshalJSON reads the API struct UserInfo.
func (u *User) UnmarshalJSON(data []byte) error {
	type plain User
	w := struct {
		plain
		FirstLoginTime, LastLoginTime unixTime
	}{}
	if err := json.Unmarshal(data, &w); err != nil {
		return err
	}
	if w.ID == 0 {
		return errors.New("a user without an Id")
	}
	*u = User(w.plain)
	w.FirstLoginTime.into(&u.FirstLogin)
	w.LastLoginTime.into(&u.LastLogin)
	return nil
}
