using SalesforceSimulator.Data;

namespace SalesforceSimulator.Requests;

/// <summary>Salesforce's errors, each with its status, code and message.</summary>
internal static class Errors
{
    public const string DuplicatesMessage = "Use one of these records?";
    private const string DescribeHint = "Please reference your WSDL or the describe call for the appropriate names.";

    public static ApiException InvalidSession() => new(401, new ApiError("INVALID_SESSION_ID", "Session expired or invalid"));

    public static ApiException NotFound() => new(404, new ApiError("NOT_FOUND", "The requested resource does not exist"));

    public static ApiException NoSuchExternalId(string field) =>
        new(404, new ApiError("NOT_FOUND", $"Provided external ID field does not exist or is not accessible: {field}"));

    public static ApiException EntityIsDeleted() => new(404, new ApiError("ENTITY_IS_DELETED", "entity is deleted", []));

    public static ApiException InvalidCrossReference(int status) =>
        new(status, new ApiError("INVALID_CROSS_REFERENCE_KEY", "invalid cross reference id", []));

    public static ApiException MalformedId(string label, string id, string field) =>
        new(400, new ApiError("MALFORMED_ID", $"{label}: id value of incorrect type: {id}", [field]));

    public static ApiException Json(string message) => new(400, new ApiError("JSON_PARSER_ERROR", message));

    public static ApiException RequiredMember(string member) => Json($"'{member}' is a required field.");

    public static ApiException NoSuchColumn(string field, ObjectType type) => NoSuchColumn(field, type.Name);

    public static ApiException NoSuchColumn(string field, string typeName) =>
        new(400, new ApiError("INVALID_FIELD", $"No such column '{field}' on sobject of type {typeName}"));

    public static ApiException IdInBody() =>
        new(400, new ApiError("INVALID_FIELD", "The Id field should not be specified in the sobject data."));

    public static ApiException InvalidField(string message) => new(400, new ApiError("INVALID_FIELD", message));

    public static ApiException NotWritable(IReadOnlyList<string> fields) => new(400, new ApiError(
        "INVALID_FIELD_FOR_INSERT_UPDATE",
        $"Unable to create/update fields: {string.Join(", ", fields)}. Please check the security settings of this field and verify that it is read/write for your profile or permission set.",
        fields));

    public static ApiException RequiredFieldMissing(IReadOnlyList<string> fields) =>
        new(400, new ApiError("REQUIRED_FIELD_MISSING", $"Required fields are missing: [{string.Join(", ", fields)}]", fields));

    public static ApiException TooLong(Field field, string value) => new(400, new ApiError(
        "STRING_TOO_LONG", $"{field.Label}: data value too large: {value} (max length={field.Length})", [field.Name]));

    public static ApiException Duplicate(Field field, Record other) => new(400, new ApiError(
        "DUPLICATE_VALUE", $"duplicate value found: {field.Name} duplicates value on record with id: {other.Id}", []));

    public static ApiException MalformedQuery(string message) => new(400, new ApiError("MALFORMED_QUERY", message));

    public static ApiException InvalidQueryLocator() => new(400, new ApiError("INVALID_QUERY_LOCATOR", "invalid query locator"));

    public static ApiException RequestLimitExceeded() =>
        new(403, new ApiError("REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded."));

    // The code and the message are assumptions.
    public static ApiException TooManySubrequests(int most) =>
        new(400, new ApiError("LIMIT_EXCEEDED", $"The number of subrequests exceeds the limit of {most}."));

    // The messages of the following errors are assumptions; their statuses are documented.
    public static ApiException MethodNotAllowed(string method, IEnumerable<string> allowed) => new(405, new ApiError(
        "METHOD_NOT_ALLOWED", $"HTTP Method '{method}' not allowed. Allowed are {string.Join(',', allowed)}"));

    public static ApiException UnsupportedMediaType(string contentType) => new(415, new ApiError(
        "UNSUPPORTED_MEDIA_TYPE", $"Content-Type header specified in HTTP request is not supported: {contentType}"));

    public static ApiException RetiredVersion() =>
        new(410, new ApiError("UNSUPPORTED_API_VERSION", "The requested API version is retired."));

    public static ApiException PreconditionFailed() =>
        new(412, new ApiError("PRECONDITION_FAILED", "The record was changed; a precondition of the request does not hold."));

    public static string UnknownObject(string name) =>
        $"sObject type '{name}' is not supported. If you are attempting to use a custom object, be sure to append the '__c' after the entity name. {DescribeHint}";

    public static string UnknownColumn(string name, ObjectType type) =>
        $"No such column '{name}' on entity '{type.Name}'. If you are attempting to use a custom field, be sure to append the '__c' after the custom field name. {DescribeHint}";

    public static string UnknownRelationship(string name, string where) =>
        $"Didn't understand relationship '{name}' in {where}. If you are attempting to use a custom relationship, be sure to append the '__r' after the custom relationship name. {DescribeHint}";
}
