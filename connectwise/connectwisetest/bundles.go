package connectwisetest

import (
	"net/http"
	"net/url"
	"strings"
)

// bundleRoutes serve several reads in one request.
func (s *Server) bundleRoutes() {
	s.handle(http.MethodPost, "system/bundles", func(c *call) *response { return c.bundle(false) })
	s.handle(http.MethodPost, "system/bundles/count", func(c *call) *response { return c.bundle(true) })
}

// bundle answers each request of a bundle separately: one may fail while others
// succeed.
func (c *call) bundle(count bool) *response {
	n, p := c.parse()
	if p == nil {
		p = strictMembers(n, "BundleRequestsCollection", "requests")
	}
	if p != nil {
		return p.response()
	}
	list := n.member("requests")
	if list == nil || list.kind != nodeArray {
		return invalidObject("bundleRequestsCollection", required("bundleRequestsCollection", "requests")).response()
	}
	var results []any
	for _, e := range list.items {
		r, p := c.bundled(e, count)
		if p != nil {
			return p.response()
		}
		results = append(results, r)
	}
	return jsonResponse(http.StatusOK, c.s.drawValue(nil, object{{"results", results}}, nil, nil))
}

// bundled returns the result of one request. It returns a problem if the bundle
// as a whole is wrong, because of an unknown member.
func (c *call) bundled(n *node, count bool) (object, *problem) {
	if p := strictMembers(n, "BundleRequest", "sequenceNumber", "resourceType", "version", "apiRequest"); p != nil {
		return nil, p
	}
	out := object{}
	for _, name := range []string{"sequenceNumber", "resourceType", "version"} {
		if m := n.member(name); m != nil {
			out = append(out, property{name, m.plain()})
		}
	}
	api := n.member("apiRequest")
	if api == nil {
		api = &node{kind: nodeObject}
	}
	if p := strictMembers(api, "ApiRequest", "id", "externalId", "parentId", "grandParentId", "entity", "filters", "page", "fields", "miscProperties", "memberContext", "updateOnlyCesProperties"); p != nil {
		return nil, p
	}
	sub := *c
	sub.r = c.r.Clone(c.r.Context())
	sub.r.Header.Del("pagination-type")
	sub.query, sub.ids = url.Values{}, nil
	if m := api.member("filters"); m != nil && m.kind != nodeNull {
		l, p := filterValues(m, listing{})
		if p != nil {
			return nil, p
		}
		sub.query.Set("conditions", l.conditions)
		sub.query.Set("childConditions", l.childConditions)
		sub.query.Set("customFieldConditions", l.customFieldConditions)
		sub.query.Set("orderBy", l.orderBy)
	}
	if m := api.member("fields"); m != nil {
		sub.query.Set("fields", m.text)
	}
	if m := api.member("page"); m != nil && m.kind != nodeNull {
		if p := strictMembers(m, "Page", "page", "pageSize", "pageId"); p != nil {
			return nil, p
		}
		for i, key := range m.keys {
			sub.query.Set(key, m.items[i].text)
		}
		if m.member("pageId") != nil {
			sub.r.Header.Set("pagination-type", "forward-only")
		}
	}
	for _, name := range []string{"grandParentId", "parentId", "id"} {
		if m := api.member(name); m != nil && m.kind != nodeNull {
			sub.ids = append(sub.ids, idOf(m))
		}
	}
	return append(out, sub.bundledRead(api, out.get("resourceType"), count)...), nil
}

// bundledRead serves a list, a count or, with an id, one record.
func (c *call) bundledRead(api *node, resource any, count bool) object {
	fail := func(p *problem) object {
		return object{{"success", false}, {"statusCode", int64(p.status)}, {"error", raw(p.response().body)}}
	}
	name, _ := resource.(string)
	t := c.s.entities[strings.ToLower(name)]
	switch {
	case t == nil:
		return fail(badRequest("InvalidObject", "resourceType %s is not valid.", name))
	case api.member("entity") != nil:
		return fail(badRequest("InvalidObject", "A bundle reads; it does not write."))
	case len(c.ids) < t.depth || len(c.ids) > t.depth+1:
		return fail(noEndpoint())
	}
	var resp *response
	switch {
	case len(c.ids) > t.depth:
		resp = c.read(t)
	case count:
		resp = c.collection(t, c.count)
	default:
		resp = c.collection(t, c.listAll)
	}
	if resp.status != http.StatusOK {
		return object{{"success", false}, {"statusCode", int64(resp.status)}, {"error", raw(resp.body)}}
	}
	body, _ := parseJSON(resp.body)
	out := object{{"success", true}, {"statusCode", int64(http.StatusOK)}}
	switch {
	case body.kind == nodeArray:
		return append(out, property{"entities", raw(resp.body)}, property{"count", int64(len(body.items))})
	case count && body.member("count") != nil:
		return append(out, property{"count", body.member("count").plain()})
	}
	return append(out, property{"entities", raw("[" + string(resp.body) + "]")}, property{"count", int64(1)})
}
