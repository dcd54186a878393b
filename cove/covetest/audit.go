package covetest

import "time"

// Audit is one line of a device's audit log.
type Audit struct {
	ID        int64 // 0: the next free number of the device; ActionId on the wire
	Time      time.Time
	User      string
	Operation string // "SaveFilterOptions", ...
	Details   string
}

// AddAudit adds a line to the audit log of a device.
func (s *Server) AddAudit(deviceID int64, a Audit) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if a.ID == 0 {
		a.ID = int64(len(s.audits[deviceID]) + 1)
	}
	s.audits[deviceID] = append(s.audits[deviceID], a)
}

// queryAudit lists the audit log of a device.
func queryAudit(c *call, e *entry) (result, *failure) {
	var all []record
	for _, a := range c.s.audits[e.ID] {
		all = append(all, record{
			map[string]value{"ActionId": number(float64(a.ID)), "Timestamp": number(float64(unix(a.Time))), "User": text(a.User),
				"Operation": text(a.Operation), "Details": text(a.Details)},
			map[string]any{"ActionId": a.ID, "Timestamp": unix(a.Time), "User": a.User, "Operation": a.Operation, "Details": a.Details},
		})
	}
	return c.find([]string{"ActionId", "Timestamp", "User", "Operation", "Details"}, all)
}
