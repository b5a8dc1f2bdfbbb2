/// An uploaded file as the protocol describes it, in the answer to its upload and in the messages that carry it.
package struct FileInfo: Sendable, Equatable {
    /// The file's id.
    package let id: FileID
    /// The name to show and to save it under, without any folder.
    package let name: String
    /// Its size in bytes.
    package let size: Int64
    /// The media type that its content shows, without parameters.
    package let type: String
    /// Width and height of an image in pixels, as stored, nil where they are not known.
    package let pixels: Pixels?

    /// The size of an image.
    package struct Pixels: Sendable, Equatable {
        /// The width in pixels.
        package let width: Int64
        /// The height in pixels.
        package let height: Int64

        package init(width: Int64, height: Int64) {
            self.width = width
            self.height = height
        }
    }

    package init(id: FileID, name: String, size: Int64, type: String, pixels: Pixels?) {
        self.id = id
        self.name = name
        self.size = size
        self.type = type
        self.pixels = pixels
    }

    /// Takes the object that ``write(to:)`` wrote, nil for any other value.
    init?(_ json: JSON) {
        guard case .object(let object) = json, let id = object["id"]?.text, let name = object["name"]?.text,
            let size = object["size"]?.number, let type = object["type"]?.text
        else { return nil }
        var pixels: Pixels?
        if let width = object["width"]?.number, let height = object["height"]?.number {
            pixels = Pixels(width: width, height: height)
        }
        self.init(id: FileID(stored: id), name: name, size: size, type: type, pixels: pixels)
    }

    /// Writes the members of the file object.
    package func writeMembers(to writer: inout JSONWriter) {
        writer.member("id", id.description)
        writer.member("name", name)
        writer.member("size", size)
        writer.member("type", type)
        if let pixels {
            writer.member("width", pixels.width)
            writer.member("height", pixels.height)
        }
    }
}

extension [FileInfo] {
    /// Reads the files of a message back from the column that ``encoded`` filled.
    init(stored text: UnsafeRawBufferPointer) {
        guard case .array(let items)? = try? JSONReader.read(text) else {
            self = []
            return
        }
        self = items.compactMap(FileInfo.init)
    }

    /// Writes the files of a message as a JSON array.
    func write(to writer: inout JSONWriter) {
        writer.array { writer in
            for file in self { writer.object { file.writeMembers(to: &$0) } }
        }
    }

    /// The JSON array as text, nil where there is no file.
    var encoded: String? {
        guard !isEmpty else { return nil }
        var writer = JSONWriter()
        write(to: &writer)
        return String(decoding: writer.bytes, as: UTF8.self)
    }
}
