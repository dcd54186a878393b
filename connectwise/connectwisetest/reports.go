package connectwisetest

import (
	"net/http"
	"slices"
	"strings"
)

// reportTables maps reports to the tables that they show.
var reportTables = map[string]string{
	"Agreement": "agreements", "Company": "companies", "Configuration": "configurations", "Contact": "contacts", "Member": "members", "Service": "tickets", "Time": "timeEntries",
}

func (s *Server) reportRoutes() {
	s.handle(http.MethodGet, "system/reports/*", func(c *call) *response { return c.report(c.reportPage) })
	s.handle(http.MethodGet, "system/reports/*/count", func(c *call) *response { return c.report(c.count) })
}

// report finds the table of the report that the path names.
func (c *call) report(serve func(source) *response) *response {
	if c.s.level(c.who, apiReports, inquiring) == None {
		return forbidden().response()
	}
	for name, table := range reportTables {
		if strings.EqualFold(name, c.names[0]) {
			t := c.s.tables[table]
			return serve(source{t: t, records: t.order})
		}
	}
	return (&problem{status: http.StatusNotFound, code: "NotFound", message: "Report " + c.names[0] + " not found", noErrors: true}).response()
}

// reportPage answers with a page of a report: the columns, and a list of values
// for each row. The parameter columns selects plain members.
func (c *call) reportPage(src source) *response {
	g, p := c.paging(source{noPages: true})
	if p != nil {
		return p.response()
	}
	rows, p := c.matching(src, c.listing(), 0, 0)
	if p != nil {
		return p.response()
	}
	wanted := strings.Split(strings.ToLower(c.param("columns")), ",")
	var columns, values []any
	var fields []*field
	for _, f := range src.t.schema.fields {
		plain := f.kind == kindInt || f.kind == kindNum || f.kind == kindBool || f.kind == kindString || f.kind == kindTime || f.kind == kindEnum
		if plain && !f.writeOnly && (wanted[0] == "" || slices.Contains(wanted, strings.ToLower(f.name))) {
			fields = append(fields, f)
			columns = append(columns, object{{f.name, object{{"type", reportTypes[f.kind]}}}})
		}
	}
	for _, v := range rows[min((g.page-1)*g.size, len(rows)):min(g.page*g.size, len(rows))] {
		var one []any
		for _, f := range fields {
			one = append(one, v.value(f))
		}
		values = append(values, one)
	}
	return jsonResponse(http.StatusOK, c.s.drawValue(nil, object{{"column_definitions", columns}, {"row_values", values}}, nil, nil))
}

// reportTypes are the names of kinds in reports.
var reportTypes = map[kind]string{kindInt: "Numeric", kindNum: "Numeric", kindBool: "Boolean", kindString: "Text", kindTime: "DateTime", kindEnum: "Text"}
