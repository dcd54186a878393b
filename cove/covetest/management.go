package covetest

import (
	"net/http"
)

// call is one request to a method, with its caller.
type call struct {
	s    *Server
	user *User
	on   *entry // the device that the request is about
	args
}

// management answers /jsonapi.
func (s *Server) management(r *http.Request, e envelope) ([]byte, *failure) {
	m, f := s.method("/jsonapi", e.method)
	if f != nil {
		return e.failure(f, ""), f
	}
	if m.access == "open" {
		return s.login(e)
	}
	if e.visa == "" {
		e.visa = bearer(r)
	}
	p, f := s.check(e.visa)
	if f != nil {
		return e.failure(f, ""), f
	}
	out, f := s.run(m, &call{s: s, user: p.user, args: args{object: e.params}})
	if f != nil {
		visa := ""
		if !s.switches().ErrorsWithoutVisa {
			visa = s.issue(p)
		}
		return e.failure(f, visa), f
	}
	return e.success(out, s.issue(p)), nil
}

func (s *Server) run(m method, c *call) (result, *failure) {
	if m.access == "write" {
		s.mu.Lock()
		defer s.mu.Unlock()
	} else {
		s.mu.RLock()
		defer s.mu.RUnlock()
	}
	return m.run(c)
}

// login logs a user in. It is the only method that needs no visa.
func (s *Server) login(e envelope) ([]byte, *failure) {
	a := args{object: e.params}
	name, password := a.text("username"), a.text("password")
	partner := a.textOr("partner", "")
	if a.fail != nil {
		return e.failure(a.fail, ""), a.fail
	}
	s.mu.Lock()
	u := s.findUser(partner, name, password)
	var info map[string]any
	if u != nil {
		fresh := *u
		if fresh.FirstLogin.IsZero() {
			fresh.FirstLogin = s.now()
		}
		fresh.LastLogin = s.now()
		s.users[u.ID], u = &fresh, &fresh
		info = userInfo(u)
	}
	s.mu.Unlock()
	if u == nil {
		f := badCredentials()
		return e.failure(f, ""), f
	}
	return e.success(result{value: info}, s.issue(s.newSession(u))), nil
}

// findUser returns the user with exactly these credentials. The partner must be
// the user's own, by its exact name.
func (s *Server) findUser(partner, name, password string) *User {
	for _, u := range s.users {
		if u.Name != name || u.Password != password || u.TwoFactor {
			continue
		}
		if partner == "" && !s.switches().LoginNeedsPartner || s.partners[u.PartnerID].Name == partner {
			return u
		}
	}
	return nil
}

// userInfo returns the UserInfo of a user, without the password.
func userInfo(u *User) map[string]any {
	full := u.FirstName
	if u.FirstName != "" && u.LastName != "" {
		full += " "
	}
	full += u.LastName
	twoFactor := "Disabled"
	if u.TwoFactor {
		twoFactor = "Enabled"
	}
	return map[string]any{
		"EmailAddress": u.Email, "FirstLoginTime": unix(u.FirstLogin), "FirstName": u.FirstName,
		"Flags": u.Flags, "FullName": full, "Id": u.ID, "LastLoginTime": unix(u.LastLogin), "Name": u.Name,
		"PartnerId": u.PartnerID, "Password": nil, "PhoneNumber": u.Phone, "RoleId": u.RoleID, "Title": u.Title,
		"TwoFactorAuthenticationStatus": twoFactor,
	}
}

// partner reads a partner id and checks that the caller may see it.
func (c *call) partner(name string) *Partner {
	id := c.number(name)
	if c.fail != nil {
		return nil
	}
	p, f := c.s.visiblePartner(c.user, id)
	if f != nil {
		c.fail = f
	}
	return p
}

func (s *Server) visiblePartner(u *User, id int64) (*Partner, *failure) {
	p := s.partners[id]
	if p == nil {
		return nil, noPartner(id)
	}
	if !s.within(u.PartnerID, id) {
		return nil, forbidden()
	}
	return p, nil
}
