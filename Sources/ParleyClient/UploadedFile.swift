/// A file that the server keeps, as it describes it after an upload.
public struct UploadedFile: Sendable, Equatable, Decodable {
    /// The id to send with a message and to download by.
    public let id: String
    /// The name as the server cleaned it.
    public let name: String
    /// The size in bytes.
    public let size: Int
    /// The media type that the content shows.
    public let type: String
    /// The width of an image in pixels.
    public let width: Int?
    /// The height of an image in pixels.
    public let height: Int?
}
