/// A text that is equal to another only when their UTF-8 bytes are, and ordered by those bytes.
package struct ExactText: ClientName {
  package let text: String

  package init(_ text: String) { self.text = text }
}
