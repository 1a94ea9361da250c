using Documents;

namespace Connector.Tests.Documentation;

/// <summary>The files that are made from the app's types are what they are made to be.</summary>
public sealed class DocumentFileTests
{
    [Fact]
    public async Task The_documents_are_what_the_types_say()
    {
        var files = await DocumentFile.MakeAsync();

        files.Count.ShouldBe(5);
        files.Where(file => file.Committed(Drivers.Repository.Root) != file.Content).Select(file => file.Path)
            .ShouldBeEmpty($"To make them anew: {DocumentFile.Command}");
    }
}
