import JSON

/// A part of the named type that is an image, a sound, a film or a file; nil for any other type.
func mediaPart(_ part: JSONValue, type: String) -> ContentPart? {
  switch type {
  case "image_url", "input_image", "image", "image-url", "output_image":
    .image(media(part, under: "image_url", "image"))
  case "input_audio", "audio", "audio_url", "audio-url", "output_audio":
    .audio(media(part, under: "input_audio", "audio", "audio_url"))
  case "video", "video_url", "video-url", "input_video": .video(media(part, under: "video", "video_url"))
  case "file", "input_file", "document", "document-url", "image_file", "media", "binary", "blob", "uri":
    byKind(media(part, under: "file", "document", "image_file"), modality: part.text("modality"))
  default: nil
  }
}

/// Gemini's `inline_data` and `file_data`, Bedrock's `image`, `document` and `video`.
func untypedMedia(_ part: JSONValue) -> ContentPart? {
  if let data = part.member("inline_data", "inlineData", "file_data", "fileData") {
    return byKind(media(data), modality: nil)
  }
  if part.member("image_url", "image") != nil { return .image(media(part, under: "image_url", "image")) }
  if let video = part.member("video") { return .video(media(video)) }
  if let document = part.member("document") { return .file(media(document)) }
  return nil
}

/// What a file is, by the modality that OTel names, else by its media type.
private func byKind(_ media: Media, modality: String?) -> ContentPart {
  let kind = modality ?? media.mediaType.map { String($0.prefix { $0 != "/" }) }
  switch kind {
  case "image": return .image(media)
  case "audio": return .audio(media)
  case "video": return .video(media)
  default: return .file(media)
  }
}

private func media(_ part: JSONValue, under names: String...) -> Media {
  for name in names {
    guard let inner = part.one(name), !inner.isNull else { continue }
    guard let text = inner.string else { return media(inner, or: part) }
    return media(text: text, beside: part)
  }
  return media(part, or: part)
}

/// The first object that holds the media itself: the part, or what it wraps; `outer` may name the type.
private func media(_ value: JSONValue, or outer: JSONValue) -> Media {
  if case .object? = value.one("source"), let source = value.one("source") {
    var inner = media(source, or: value)
    if inner.mediaType == nil { inner.mediaType = mediaType(value) }
    return inner
  }
  var media = Media(mediaType: mediaType(value) ?? mediaType(outer))
  media.name = value.text("filename", "fileName", "name", "file_id", "fileId") ?? outer.text("filename")
  if let url = value.text("url", "uri", "file_uri", "fileUri", "file_url", "image_url") {
    media.url = url
  } else if let data = value.text("data", "bytes", "file_data", "content", "base64", "source") {
    // Anthropic's documents may hold plain text.
    let isText = value.text("type") == "text"
    media.url = isText ? "data:text/plain," + data : dataURL(data, mediaType: media.mediaType)
  }
  return media
}

private func media(text: String, beside part: JSONValue) -> Media {
  let type = mediaType(part)
  return Media(mediaType: type, url: dataURL(text, mediaType: type), name: part.text("filename"))
}

private func mediaType(_ value: JSONValue) -> String? {
  if let type = value.text("media_type", "mediaType", "mime_type", "mimeType") { return type }
  switch value.text("format") {
  case .some("wav"): return "audio/wav"
  case .some("mp3"): return "audio/mpeg"
  case .some("png"): return "image/png"
  case .some("jpeg"), .some("jpg"): return "image/jpeg"
  case .some("gif"): return "image/gif"
  case .some("webp"): return "image/webp"
  case .some("pdf"): return "application/pdf"
  default: return nil
  }
}

/// A URL as it is; base64 as a `data:` URL.
private func dataURL(_ text: String, mediaType: String?) -> String {
  let head = text.utf8.prefix(12)
  if head.starts(with: "data:".utf8) || head.contains(UInt8(ascii: ":")) { return text }
  return "data:" + (mediaType ?? "application/octet-stream") + ";base64," + text
}
