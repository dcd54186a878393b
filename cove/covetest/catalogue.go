package covetest

// Product is a product (console: retention policy).
type Product struct {
	ID, PartnerID int64
	Name          string
	Features      [][2]string
}

// Profile is an account profile (console: backup profile).
type Profile struct {
	ID, PartnerID int64
	Name          string
	Version       int64
	Data          map[string]any // ProfileData as sent
}

// AddProduct adds a product and returns its id; an id of 0 is the next free
// one. An existing product of that id is replaced.
func (s *Server) AddProduct(p Product) int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	if p.ID == 0 {
		for p.ID = 21300; s.products[p.ID] != nil; p.ID++ {
			continue
		}
	}
	if p.PartnerID == 0 {
		p.PartnerID = s.rootID
	}
	s.products[p.ID] = &p
	s.forgetRows()
	return p.ID
}

// AddProfile adds an account profile and returns its id; an id of 0 is the
// next free one. An existing profile of that id is replaced.
func (s *Server) AddProfile(p Profile) int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	if p.ID == 0 {
		for p.ID = 5100; s.profiles[p.ID] != nil; p.ID++ {
			continue
		}
	}
	if p.PartnerID == 0 {
		p.PartnerID = s.rootID
	}
	s.profiles[p.ID] = &p
	s.forgetRows()
	return p.ID
}

// seedCatalogue adds the products and profiles every tenant has.
func (s *Server) seedCatalogue() {
	s.AddProduct(Product{ID: 21265, Name: "All-In", Features: [][2]string{{"DailyRetention", "28"}}})
	s.AddProduct(Product{ID: 21266, Name: "Documents", Features: [][2]string{{"DailyRetention", "28"}}})
	s.AddProfile(Profile{ID: 5038, Name: "Documents", Version: 1})
}

// forgetRows derives all rows anew, because they hold product and profile
// names.
func (s *Server) forgetRows() {
	for _, e := range s.devices {
		e.row.Store(nil)
	}
}
