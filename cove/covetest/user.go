package covetest

import (
	"fmt"
	"slices"
	"time"
)

// User is a console or API user.
type User struct {
	ID        int64  // 0: the next free number
	PartnerID int64  // 0: the server's own partner
	Name      string // login name; empty: the e-mail address
	Email     string
	Password  string // for an API user the token

	FirstName, LastName, Title, Phone string
	RoleID                            int      // 0: 1, SuperUser
	Flags                             []string // nil: SecurityOfficer, NonInteractive

	// TwoFactor marks an interactive user with two-factor sign-in. Such a user
	// cannot log in to the API (error 2100).
	TwoFactor bool
	// Restricted marks a user who sees no passwords and may not call
	// EnumerateAccounts.
	Restricted bool

	FirstLogin, LastLogin time.Time // set by Login
}

// AddUser adds a user and returns its id. It panics on an id or name that is
// taken and on a partner that does not exist.
func (s *Server) AddUser(u User) int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	id, err := s.addUser(u)
	if err != nil {
		panic("covetest: " + err.Error())
	}
	return id
}

func (s *Server) addUser(u User) (int64, error) {
	if u.PartnerID == 0 {
		u.PartnerID = s.rootID
	}
	if s.partners[u.PartnerID] == nil {
		return 0, fmt.Errorf("user %q: no partner %d", u.Name, u.PartnerID)
	}
	fill(&u.Name, u.Email)
	if u.Name == "" {
		return 0, fmt.Errorf("a user needs a name or an e-mail address")
	}
	for _, other := range s.users {
		if other.Name == u.Name {
			return 0, fmt.Errorf("user name %q is taken", u.Name)
		}
	}
	if u.ID == 0 {
		for u.ID = s.nextUser; s.users[u.ID] != nil; u.ID++ {
			continue
		}
	}
	if s.users[u.ID] != nil {
		return 0, fmt.Errorf("user id %d is taken", u.ID)
	}
	s.nextUser = max(s.nextUser, u.ID+1)
	if u.RoleID == 0 {
		u.RoleID = 1
	}
	if u.Flags == nil {
		u.Flags = []string{"SecurityOfficer", "NonInteractive"}
	}
	u.Flags = slices.Clone(u.Flags)
	s.users[u.ID] = &u
	return u.ID, nil
}

// RemoveUser removes a user, whose visas stop working, and reports whether the
// user existed.
func (s *Server) RemoveUser(id int64) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	_, ok := s.users[id]
	delete(s.users, id)
	return ok
}

// Credentials returns the credentials of the first user.
func (s *Server) Credentials() Credentials {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return Credentials{Partner: s.partners[s.rootID].Name, Username: s.first.Name, Password: s.first.Password}
}
