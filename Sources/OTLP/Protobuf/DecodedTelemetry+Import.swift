extension DecodedTelemetry {
  /// Takes the projects that request headers named back out of the resources, where an export put them: the attribute
  /// `steno.request.project` goes, and its value is the request's project again. So an export can be sent to Steno like
  /// any other request; no producer but Steno writes that attribute.
  package mutating func takeBackRequestProjects() throws(OTLPDecodingError) {
    for index in resources.indices { try takeBackRequestProject(ofResource: index) }
  }

  private mutating func takeBackRequestProject(ofResource index: Int) throws(OTLPDecodingError) {
    let ref = resources[index]
    let names = ref.attributes.filter { isRequestProject(attributes[$0]) }
    guard let last = names.last else { return }
    let message = try messageWithoutRequestProject(ref.message)
    resources[index].requestProject = attributes[last].value.range
    resources[index].message = message.isEmpty ? .empty : ByteRange(offset: body.count, count: message.count)
    body.append(contentsOf: message)
    // The attributes of a resource stand side by side: without one of them they need a new place.
    let start = attributes.count
    for place in ref.attributes where !isRequestProject(attributes[place]) { attributes.append(attributes[place]) }
    resources[index].attributes = start..<attributes.count
  }

  private func isRequestProject(_ attribute: AttributeRef) -> Bool {
    attribute.value.kind == .string && body[attribute.key.range].elementsEqual(ResourceRef.requestProjectKey.utf8)
  }

  private func messageWithoutRequestProject(_ message: ByteRange) throws(OTLPDecodingError) -> [UInt8] {
    try body.withBytes { bytes throws(OTLPDecodingError) in
      var kept: [UInt8] = []
      var reader = WireReader(bytes, message)
      while !reader.isAtEnd {
        let start = reader.at
        let tag = try reader.tag()
        if tag == 0x0A {
          let entry = MessageReading.attribute(bytes, try reader.lengthDelimited())
          if isRequestProject(entry) { continue }
        } else {
          try reader.skip(tag)
        }
        kept.append(contentsOf: UnsafeRawBufferPointer(rebasing: bytes[start..<reader.at]))
      }
      return kept
    }
  }
}
