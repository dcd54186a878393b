package connectwise

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
)

// BulkResult is what became of one record of a bulk write.
type BulkResult struct {
	Index  int            // of the record in the call
	Record *Configuration // what the server says of it, nil when it says nothing
	Err    error          // why it was not written, an [*Error]; nil when it was
}

// CreateMany creates configurations in one request; none make no request.
// Each record is written or refused by itself. The results say which, in the
// server's order, and the error is nil only when all were written: it joins
// those of the results. Without results the request failed as a whole.
func (s *ConfigurationsService) CreateMany(ctx context.Context, records ...*Configuration) ([]BulkResult, error) {
	return s.writeMany(ctx, creating, records)
}

// ReplaceMany replaces configurations, each with its ID, in one request. See
// CreateMany for the results.
func (s *ConfigurationsService) ReplaceMany(ctx context.Context, records ...*Configuration) ([]BulkResult, error) {
	return s.writeMany(ctx, replacing, records)
}

// DeleteMany deletes configurations in one request. See CreateMany for the
// results.
func (s *ConfigurationsService) DeleteMany(ctx context.Context, ids ...int64) ([]BulkResult, error) {
	var wrong []FieldError
	for i, id := range ids {
		if id <= 0 {
			wrong = append(wrong, noRecordID(itoa(int64(i)), id))
		}
	}
	return s.bulk(ctx, http.MethodDelete, len(ids), ids, wrong)
}

func (s *ConfigurationsService) writeMany(ctx context.Context, w writing, records []*Configuration) ([]BulkResult, error) {
	var wrong []FieldError
	list := make([]any, len(records))
	for i, record := range records {
		at := itoa(int64(i))
		if record == nil {
			wrong = append(wrong, FieldError{Field: at, Message: "nil"})
			continue
		}
		body, bad := bodyOf(w, s.typ, record, nil, func(w writing, tree map[string]any) []FieldError {
			if w != replacing {
				return nil
			}
			// It says which record is meant; elsewhere the path does.
			if tree["id"] = record.ID; record.ID <= 0 {
				return []FieldError{noRecordID("id", record.ID)}
			}
			return nil
		})
		for _, f := range bad {
			f.Field = strings.TrimSuffix(at+"/"+f.Field, "/")
			wrong = append(wrong, f)
		}
		list[i] = json.RawMessage(body)
	}
	return s.bulk(ctx, w.method(), len(records), list, wrong)
}

// bulk sends n records and reads what became of each.
func (s *ConfigurationsService) bulk(ctx context.Context, method string, n int, records any, wrong []FieldError) ([]BulkResult, error) {
	r := request{method: method, path: s.path + "/bulk"}
	if len(wrong) > 0 {
		return nil, r.invalid(wrong)
	}
	if n == 0 {
		return nil, nil
	}
	var err error
	if r.body, err = encode(records); err != nil {
		return nil, r.invalid([]FieldError{{Message: err.Error()}})
	}
	a, err := s.c.send(ctx, r)
	if err != nil {
		return nil, err
	}
	var said struct {
		Payload []struct {
			Success       bool            `json:"success"`
			OriginalIndex int             `json:"originalIndex"`
			StatusCode    int             `json:"statusCode"`
			Data          json.RawMessage `json:"data"`
			Error         json.RawMessage `json:"error"`
		} `json:"payload"`
	}
	if err := a.decode(&said); err != nil {
		return nil, err
	}
	if len(said.Payload) != n {
		return nil, a.unreadable(fmt.Errorf("%d results for %d records", len(said.Payload), n))
	}
	results := make([]BulkResult, n)
	var errs []error
	for i, one := range said.Payload {
		results[i].Index = one.OriginalIndex
		if bytes.HasPrefix(one.Data, []byte("{")) {
			results[i].Record = new(Configuration)
			if err := unmarshal(one.Data, results[i].Record); err != nil {
				return nil, a.unreadable(err)
			}
		}
		if one.Success {
			continue
		}
		refusal := &answer{method: a.method, path: a.path, status: one.StatusCode, header: a.header, body: one.Error, attempts: a.attempts, proof: a.proof}
		e := refusal.refused()
		if one.StatusCode < 300 || one.StatusCode >= 500 {
			e.classes = append(e.classes, ErrOutcomeUnknown)
		}
		results[i].Err = e
		errs = append(errs, fmt.Errorf("record %d: %w", one.OriginalIndex, e))
	}
	return results, errors.Join(errs...)
}

func noRecordID(field string, id int64) FieldError {
	return FieldError{Field: field, Message: fmt.Sprintf("%d is no record id", id)}
}
