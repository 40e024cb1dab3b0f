package liveconnect_test

import (
	"context"
	"fmt"
	"log"
	"time"

	"github.com/go-liveconnect/liveconnect"
)

func ExampleCalendarsService_Create() {
	ctx, client := context.Background(), exampleClient()
	calendar, err := client.Calendars.Create(ctx, liveconnect.Me, &liveconnect.NewCalendar{
		Name:        "Summer events",
		Description: liveconnect.Set("Things we are doing this summer"),
	})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(calendar.Name, calendar.Permissions)
	// Output: Summer events owner
}

// The calendar gets the events that are published at an address.
func ExampleCalendarsService_Subscribe() {
	ctx, client := context.Background(), exampleClient()
	calendar, err := client.Calendars.Subscribe(ctx, liveconnect.Me, &liveconnect.CalendarSubscription{
		Name:                 "Soccer",
		SubscriptionLocation: "https://example.com/soccer.ics",
	})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(calendar.Name, calendar.Permissions, calendar.SubscriptionLocation)
	// Output: Soccer read https://example.com/soccer.ics
}

func ExampleEventsService_Create() {
	ctx, client := context.Background(), exampleClient()
	start := time.Date(2012, time.May, 7, 9, 30, 0, 0, time.UTC)
	event, err := client.Events.Create(ctx, liveconnect.Me, &liveconnect.NewEvent{
		Name:         "Risk management meeting",
		Description:  "Generate and assess risks for the project",
		StartTime:    liveconnect.NewTime(start),
		Location:     "Room 9981",
		ReminderTime: liveconnect.Set(15),
		Availability: liveconnect.AvailabilityBusy,
	})
	if err != nil {
		log.Fatal(err)
	}
	// Without an EndTime, it is half an hour long.
	fmt.Println(event.Name, event.StartTime.Format("15:04"), event.EndTime.Format("15:04"), event.Location)
	// Output: Risk management meeting 09:30 10:00 Room 9981
}

// Without a window, a list has the events of the next 30 days.
func ExampleEventsService_All() {
	ctx, client := context.Background(), exampleClient()
	may := time.Date(2012, time.May, 1, 0, 0, 0, 0, time.UTC)
	for _, day := range []int{7, 14, 40} {
		_, err := client.Events.Create(ctx, liveconnect.Me, &liveconnect.NewEvent{
			Name:        "Laundry",
			Description: "It never ends",
			StartTime:   liveconnect.NewTime(may.AddDate(0, 0, day)),
		})
		if err != nil {
			log.Fatal(err)
		}
	}
	inMay := &liveconnect.EventListOptions{StartTime: may, EndTime: may.AddDate(0, 1, 0)}
	for event, err := range client.Events.All(ctx, liveconnect.Me, inMay) {
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(event.StartTime.Format(time.DateOnly), event.Name)
	}
	// Output:
	// 2012-05-08 Laundry
	// 2012-05-15 Laundry
}
