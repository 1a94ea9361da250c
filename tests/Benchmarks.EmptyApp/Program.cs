// What `dotnet new web` makes, to compare the connector's start with. It says where it listens, as the other peers do.
var builder = WebApplication.CreateBuilder(args);
builder.WebHost.UseUrls("http://127.0.0.1:0");
builder.Logging.SetMinimumLevel(LogLevel.Warning);
var app = builder.Build();
app.MapGet("/", () => "Hello World!");
await app.StartAsync();
Console.WriteLine(app.Urls.Single());
while (await Console.In.ReadLineAsync() is not null)
{
}
