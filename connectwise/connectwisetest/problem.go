package connectwisetest

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
)

// problem is an error answer.
type problem struct {
	status   int
	code     string
	message  string
	fields   []fieldProblem
	noErrors bool // the errors member is left out, not null
}

// fieldProblem is an entry of the member errors.
type fieldProblem struct{ code, message, resource, field string }

func (p *problem) Error() string { return fmt.Sprintf("%d %s: %s", p.status, p.code, p.message) }

func (p *problem) response() *response {
	b := []byte(`{"code":`)
	b = appendString(b, p.code)
	b = append(b, `,"message":`...)
	b = appendString(b, p.message)
	switch {
	case len(p.fields) > 0:
		b = append(b, `,"errors":[`...)
		for i, f := range p.fields {
			if i > 0 {
				b = append(b, ',')
			}
			b = append(b, `{"code":`...)
			b = appendString(b, f.code)
			b = append(b, `,"message":`...)
			b = appendString(b, f.message)
			b = append(b, `,"resource":`...)
			b = appendString(b, f.resource)
			b = append(b, `,"field":`...)
			b = appendString(b, f.field)
			b = append(b, '}')
		}
		b = append(b, ']')
	case !p.noErrors:
		b = append(b, `,"errors":null`...)
	}
	return jsonResponse(p.status, append(b, '}'))
}

func badRequest(code, format string, args ...any) *problem {
	return &problem{status: http.StatusBadRequest, code: code, message: fmt.Sprintf(format, args...)}
}

// invalidObject returns the answer to a record that breaks rules.
func invalidObject(entity string, fields ...fieldProblem) *problem {
	return &problem{status: http.StatusBadRequest, code: "InvalidObject", message: entity + " object is invalid", fields: fields}
}

func notFound(title string, id int64) *problem {
	return &problem{status: http.StatusNotFound, code: "NotFound", message: title + " " + strconv.FormatInt(id, 10) + " not found", noErrors: true}
}

func noEndpoint() *problem {
	return &problem{status: http.StatusNotFound, code: "ConnectWiseApi", message: "The endpoint does not exist.", noErrors: true}
}

func forbidden() *problem {
	return &problem{status: http.StatusForbidden, code: "Security", message: "You do not have security permission to perform this action."}
}

func unknownName(name string) *problem {
	return badRequest("ApiFindCondition", "%s is not a recognized name.", name)
}

func required(entity, name string) fieldProblem {
	return fieldProblem{"MissingRequiredField", "The " + name + " field is required.", entity, name}
}

func tooLong(entity, name string, max int) fieldProblem {
	return fieldProblem{"MaxLengthField", fmt.Sprintf("The field %s must be a string with a maximum length of %d.", name, max), entity, name}
}

// modelType returns a schema's name as the real server's errors write it.
func modelType(name string) string {
	const root = "ConnectWise.Apis.v3_0.v2015_3."
	switch {
	case strings.HasSuffix(name, "Reference"):
		return root + "Common.Models." + name
	case strings.HasPrefix(name, "ContactCommunication"):
		return root + "Company.Contact." + name
	}
	return root + "Models." + name
}
