package sink

import "crypto/x509"

// Trust stands in for the system's roots.
func (m *Mail) Trust(roots *x509.CertPool) { m.tls.RootCAs = roots }

// Address is what Send dials.
func (m *Mail) Address() string { return m.address }
