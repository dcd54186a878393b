package connectwisetest

import "time"

// release holds the tenant's codebase, and the one that companyinfo names.
type release struct {
	codebase string
	before   string // the codebase before an upgrade, "" for none
	told     time.Time
}

// Upgrade moves the tenant to another codebase ("v2026_1/"). From then on paths
// of the old codebase answer 404, "The endpoint does not exist." During infoLag
// companyinfo still names the old codebase.
func (s *Server) Upgrade(codebase string, infoLag time.Duration) {
	s.release.Store(&release{codebase: codebase, before: s.release.Load().codebase, told: s.now().Add(infoLag)})
}

func (s *Server) codebase() string { return s.release.Load().codebase }

// toldCodebase returns the codebase that companyinfo names.
func (s *Server) toldCodebase() string {
	r := s.release.Load()
	if r.before != "" && s.now().Before(r.told) {
		return r.before
	}
	return r.codebase
}
