using System.CommandLine;
using Documents;

// Writes anew what is made from the operations, their payload types, doc comments and annotations.
var check = new Option<bool>("--check") { Description = "Writes nothing; exit code 1 if a file is not what it should be." };
var command = new RootCommand("Writes the OpenAPI documents, the file of requests, the element template and the list of queues from the operations.");
command.Options.Add(check);
command.SetAction(async (arguments, cancellationToken) =>
{
    var isStale = false;
    foreach (var file in await DocumentFile.MakeAsync())
    {
        var isSame = file.Committed(Repository.Root) == file.Content;
        isStale |= !isSame;
        if (!isSame && !arguments.GetValue(check))
        {
            await File.WriteAllTextAsync(Path.Combine(Repository.Root, file.Path), file.Content, cancellationToken);
        }

        await Console.Out.WriteLineAsync($"{file.Path}: {(isSame ? "unchanged" : arguments.GetValue(check) ? "differs" : "written")}");
    }

    return arguments.GetValue(check) && isStale ? 1 : 0;
});
return await command.Parse(args).InvokeAsync();
