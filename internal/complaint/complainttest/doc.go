// Package complainttest gives tests an installation with people in it, and complaints filed as people file them:
// through the services, with documents, on whatever engine the test runs. Its clock stands still until it is moved.
package complainttest
