package covetest

import (
	"strings"
	"time"
)

// deviceCell and sourceCell return the value of a column for a device. A
// missing value is not sent.
type (
	deviceCell func(s *Server, e *entry) value
	sourceCell func(s *Server, src Source) value
)

// whole is a number that is always sent; some is a number that is sent unless
// it is 0.
func whole(n int64) value { return number(float64(n)) }

func some(n int64) value {
	if n == 0 {
		return value{}
	}
	return whole(n)
}

// words is a text that is sent unless it is empty.
func words(s string) value {
	if s == "" {
		return value{}
	}
	return text(s)
}

// machine is a text that Microsoft 365 devices do not have.
func machine(s string, e *entry) value {
	if e.AccountType == 2 {
		return value{}
	}
	return words(s)
}

// deviceCells are the columns that are derived from a device, by code.
var deviceCells = map[string]deviceCell{
	"I0":  func(_ *Server, e *entry) value { return whole(e.ID) },
	"I1":  func(_ *Server, e *entry) value { return words(e.Name) },
	"I2":  func(_ *Server, e *entry) value { return words(e.Alias) },
	"I3":  func(_ *Server, e *entry) value { return words(e.Password) },
	"I4":  func(_ *Server, e *entry) value { return some(unix(e.Created)) },
	"I5":  func(_ *Server, e *entry) value { return whole(unix(e.Expires)) },
	"I6":  func(_ *Server, e *entry) value { return some(unix(e.Seen)) },
	"I9":  func(_ *Server, e *entry) value { return some(e.ProductID) },
	"I10": func(s *Server, e *entry) value { return words(s.productName(e.ProductID)) },
	"I11": func(_ *Server, e *entry) value { return words(e.Location) },
	"I14": func(_ *Server, e *entry) value { return some(e.UsedStorage) },
	"I16": func(_ *Server, e *entry) value { return words(e.OS) },
	"I17": func(_ *Server, e *entry) value { return words(e.ClientVersion) },
	"I18": func(_ *Server, e *entry) value { return machine(e.ComputerName, e) },
	"I19": func(_ *Server, e *entry) value { return words(e.InternalIPs) },
	"I20": func(_ *Server, e *entry) value { return words(e.ExternalIPs) },
	"I21": func(_ *Server, e *entry) value { return words(e.MAC) },
	"I24": func(_ *Server, e *entry) value { return whole(int64(e.TimeOffset)) },
	"I32": func(_ *Server, e *entry) value { return whole(int64(e.OSType)) },
	"I44": func(_ *Server, e *entry) value { return words(e.Manufacturer) },
	"I45": func(_ *Server, e *entry) value { return words(e.Model) },
	"I46": func(_ *Server, e *entry) value { return machine(shortHash("installation", e.ID, 32), e) },
	"I54": func(_ *Server, e *entry) value { return some(e.ProfileID) },
	"I55": func(_ *Server, e *entry) value { return words(e.ProfileVersion) },
	"I56": func(s *Server, e *entry) value { return words(s.profileName(e.ProfileID)) },
	"I59": func(_ *Server, e *entry) value { return whole(int64(e.AccountType)) },
	"I78": func(s *Server, e *entry) value { return text(s.activeText(e.ID, e.active())) },
	"I80": func(_ *Server, e *entry) value {
		if e.Recovery == nil {
			return value{}
		}
		return whole(1)
	},
	"I81": func(_ *Server, e *entry) value { return words(e.Physicality) },
	"I84": func(_ *Server, e *entry) value { return some(int64(e.CPUCores)) },
	"I85": func(_ *Server, e *entry) value { return some(e.RAM) },
	"AP": func(_ *Server, e *entry) value {
		list := ""
		for _, code := range e.active() {
			list += letters[code]
		}
		return words(list)
	},
}

// sourceCells are the columns that are derived from a source, by field code.
var sourceCells = map[string]sourceCell{
	"F00": func(_ *Server, src Source) value { return whole(int64(src.Status)) },
	"F01": func(_ *Server, src Source) value { return whole(src.SelectedCount) },
	"F02": func(_ *Server, src Source) value { return whole(src.ProcessedCount) },
	"F03": func(_ *Server, src Source) value { return whole(src.SelectedSize) },
	"F04": func(_ *Server, src Source) value { return whole(src.ProcessedSize) },
	"F05": func(_ *Server, src Source) value { return whole(src.SentSize) },
	"F06": func(_ *Server, src Source) value { return whole(src.Errors) },
	"F07": func(_ *Server, src Source) value { return whole(src.ProtectedSize) },
	"F08": func(_ *Server, src Source) value { return words(src.ColorBar) },
	"F09": func(s *Server, src Source) value {
		switch {
		case !src.LastSuccess.IsZero():
			return whole(src.LastSuccess.Unix())
		case s.switches().NoSuccess == NoSuccessZero:
			return whole(0)
		case s.switches().NoSuccess == NoSuccessBlank:
			return text("")
		}
		return value{}
	},
	"F10": func(_ *Server, src Source) value { return whole(src.PreviousCount) },
	"F11": func(_ *Server, src Source) value { return whole(src.PreviousSize) },
	"F12": func(_ *Server, src Source) value { return whole(int64(src.Duration / time.Second)) },
	"F13": func(_ *Server, src Source) value { return some(src.LicenseItems) },
	"F14": func(_ *Server, src Source) value { return some(src.Retention) },
	"F15": func(_ *Server, src Source) value {
		if running(src.Status) {
			return text("")
		}
		return some(unix(src.LastSession))
	},
	"F16": func(_ *Server, src Source) value { return some(int64(src.LastSuccessStatus)) },
	"F17": func(_ *Server, src Source) value { return some(int64(src.LastCompletedStatus)) },
	"F18": func(_ *Server, src Source) value { return some(unix(src.LastCompleted)) },
	"F19": func(_ *Server, src Source) value { return words(src.Verification) },
	"F20": func(_ *Server, src Source) value { return some(src.ProtectedUsers) },
	"F21": func(_ *Server, src Source) value { return some(src.SharedMailboxes) },
	"F22": func(_ *Server, src Source) value { return some(src.Sites) },
	"F23": func(_ *Server, src Source) value { return some(src.Teams) },
	"F24": func(_ *Server, src Source) value { return some(src.Channels) },
}

// activeText returns the text of column I78.
func (s *Server) activeText(id int64, list []string) string {
	format := s.switches().ActiveSources
	if format == SourcesMixed && id%2 != 0 {
		format = SourcesCommas
	}
	if format != SourcesCommas {
		return strings.Join(list, "")
	}
	short := make([]string, len(list))
	for i, code := range list {
		short[i] = "D" + strings.TrimLeft(strings.TrimPrefix(code, "D"), "0")
	}
	return strings.Join(short, ",")
}

// unix returns seconds since 1970, and 0 for the zero time.
func unix(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.Unix()
}
