using Connector.Tests.Drivers;
using Documents.OpenApi;
using Microsoft.OpenApi;

namespace Connector.Tests.OpenApi;

/// <summary>Holds functions/OpenApi/openapi-v2.json and openapi.json together, as Microsoft.OpenApi reads them.</summary>
public sealed class Version2Tests
{
    private static readonly OpenApiDocument Version31 = OpenApiBuilder.Read(Repository.Read("functions", "OpenApi", "openapi.json"));

    private static readonly OpenApiDocument Version2 = OpenApiBuilder.Read(Repository.Read("functions", "OpenApi", "openapi-v2.json"));

    [Fact]
    public void Version_2_has_the_same_operations()
    {
        static IEnumerable<string> Operations(OpenApiDocument document) =>
            from path in document.Paths
            from operation in path.Value.Operations!
            select $"{operation.Key} {path.Key} {operation.Value.OperationId} {string.Join(',', operation.Value.Tags!.Select(tag => tag.Name))}: {operation.Value.Summary}. {operation.Value.Description}";

        Operations(Version2).ShouldBe(Operations(Version31));
        Version2.Tags!.Select(tag => $"{tag.Name}: {tag.Description}").ShouldBe(Version31.Tags!.Select(tag => $"{tag.Name}: {tag.Description}"));
    }

    [Fact]
    public void Version_2_has_the_same_parameters_and_replies()
    {
        static IEnumerable<string> Parts(OpenApiDocument document) =>
            from path in document.Paths.Values
            from operation in path.Operations!.Values
            from part in operation.Parameters!.Where(parameter => parameter.In != ParameterLocation.Query).Select(parameter => $"{parameter.In} {parameter.Name} {parameter.Required} {parameter.Schema!.Pattern}: {parameter.Description}")
                .Concat(operation.Responses!.Select(reply => $"{reply.Key} {string.Join(',', reply.Value.Headers?.Keys ?? [])} {HasBody(reply.Value)}: {reply.Value.Description}"))
                .Append($"{operation.RequestBody?.Required} {Name(operation.RequestBody?.Content!.Values.First().Schema)}")
            select $"{operation.OperationId} {part}";

        Parts(Version2).ShouldBe(Parts(Version31));
    }

    [Fact]
    public void A_file_as_a_body_is_in_version_3_1_alone_and_told_in_both()
    {
        static OpenApiOperation Upload(OpenApiDocument document) => document.Paths["/files/upload"].Operations![HttpMethod.Post];
        static IEnumerable<string?> Parameters(OpenApiOperation operation) =>
            operation.Parameters!.Where(parameter => parameter.In == ParameterLocation.Query).Select(parameter => parameter.Name);

        string[] members = ["fileName", "title", "linkTo", "contentDocumentId", "checksum", "baseUrl", "apiVersion"];
        Upload(Version31).RequestBody!.Content!.Keys.ShouldBe(["application/json", "multipart/form-data", "application/octet-stream"]);
        Upload(Version31).RequestBody!.Content!["multipart/form-data"].Schema!.Properties!.Keys.ShouldBe(["file", "payload"]);
        Parameters(Upload(Version31)).ShouldBe(members);
        Upload(Version2).RequestBody!.Content!.Keys.ShouldBe(["application/json"]);
        Parameters(Upload(Version2)).ShouldBeEmpty();
        Upload(Version2).Description.ShouldNotBeNull().ShouldContain("multipart/form-data");
    }

    [Fact]
    public void Version_2_has_the_objects_with_the_same_members()
    {
        static IEnumerable<string> Members(OpenApiDocument document) =>
            from schema in document.Components!.Schemas!
            where schema.Value.Type == JsonSchemaType.Object
            from member in schema.Value.Properties ?? new Dictionary<string, IOpenApiSchema>()
            select $"{schema.Key}.{member.Key} {schema.Value.Required?.Contains(member.Key) == true} {schema.Value.AdditionalPropertiesAllowed}";

        Members(Version2).ShouldBe(Members(Version31));
    }

    private static bool HasBody(IOpenApiResponse reply) => reply.Content is { Count: > 0 } content && content.Values.Any(type => type.Schema is not null);

    private static string? Name(IOpenApiSchema? schema) => (schema as OpenApiSchemaReference)?.Reference.Id;
}
