package covetest

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"
	"sync"
	"time"
)

// visas issues visas and checks them. A visa holds all that its check needs:
// partner, user, issue time, the login it belongs to, its number in that login,
// and a hash of these.
type visas struct {
	mu       sync.Mutex
	sessions uint32
	issued   map[uint32]uint32 // by login
	latest   map[uint32]uint32 // highest number that was used, by login
}

// pass is the content of a visa that was checked.
type pass struct {
	user    *User
	session uint32
}

func (s *Server) newSession(u *User) pass {
	s.visas.mu.Lock()
	defer s.visas.mu.Unlock()
	s.visas.sessions++
	return pass{user: u, session: s.visas.sessions}
}

// issue returns the next visa of a login.
func (s *Server) issue(p pass) string {
	s.visas.mu.Lock()
	s.visas.issued[p.session]++
	number := s.visas.issued[p.session]
	s.visas.mu.Unlock()
	return visaText(p.user.PartnerID, p.user.ID, s.now().Unix(), p.session, number)
}

func visaText(partner, user, issued int64, session, number uint32) string {
	head := fmt.Sprintf("%d-%d-1-%d-", partner, user, issued)
	tail := fmt.Sprintf("%08X%08X", session, number)
	sum := sha256.Sum256([]byte("covetest visa/" + head + tail))
	return head + tail + strings.ToUpper(hex.EncodeToString(sum[:5]))
}

// check reads and checks a visa. Its age follows from the issue time in its
// text.
func (s *Server) check(visa string) (pass, *failure) {
	fields := strings.Split(visa, "-")
	if len(fields) != 5 || len(fields[4]) != 26 {
		return pass{}, badVisa()
	}
	userID, err1 := strconv.ParseInt(fields[1], 10, 64)
	issued, err2 := strconv.ParseInt(fields[3], 10, 64)
	session, err3 := strconv.ParseUint(fields[4][:8], 16, 32)
	number, err4 := strconv.ParseUint(fields[4][8:16], 16, 32)
	if err1 != nil || err2 != nil || err3 != nil || err4 != nil {
		return pass{}, badVisa()
	}
	s.mu.RLock()
	u := s.users[userID]
	s.mu.RUnlock()
	if u == nil || visa != visaText(u.PartnerID, u.ID, issued, uint32(session), uint32(number)) {
		return pass{}, badVisa()
	}
	life := VisaLifetime
	if s.cfg.Bugs.ShortVisa {
		life = time.Minute
	}
	if s.now().Sub(time.Unix(issued, 0)) >= life {
		return pass{}, badVisa()
	}
	s.visas.mu.Lock()
	defer s.visas.mu.Unlock()
	if s.switches().SupersededVisaDies && uint32(number) < s.visas.latest[uint32(session)] {
		return pass{}, badVisa()
	}
	s.visas.latest[uint32(session)] = max(s.visas.latest[uint32(session)], uint32(number))
	return pass{user: u, session: uint32(session)}, nil
}
